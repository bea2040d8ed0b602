"""A computer, a container or a build: what asks for a lease instead of a seat."""

import pytest

from mooring.client.adapters.probes.environment import detect_environment, this_environment


def environment(environ=None, files=(), *, root_on_block_device=False):
    return detect_environment(
        environ or {}, lambda path: path in files, root_on_block_device=root_on_block_device
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"CI": "true"},
        {"CI": "1"},
        {"GITHUB_ACTIONS": "true"},
        {"GITLAB_CI": "true"},
        {"BUILDKITE": "true"},
        {"BUILD_BUILDID": "20260102.3"},
        {"JENKINS_URL": "https://build.example/"},
        {"TEAMCITY_VERSION": "2025.1"},
    ],
)
def test_a_build_service_is_ci_even_on_a_disk_or_in_a_container(environ):
    assert environment(environ, root_on_block_device=True) == "ci"
    assert environment(environ, ["/.dockerenv"]) == "ci"


@pytest.mark.parametrize("value", ["", "0", "false", "FALSE", " no ", "off"])
def test_a_variable_that_is_switched_off_is_no_build_service(value):
    assert environment({"CI": value}) == "computer"


@pytest.mark.parametrize(
    ("environ", "files"),
    [
        ({}, ["/.dockerenv"]),
        ({}, ["/run/.containerenv"]),
        ({"container": "podman"}, []),
    ],
)
def test_a_marked_container_is_one_unless_it_has_a_disk_of_its_own(environ, files):
    assert environment(environ, files) == "container"
    assert environment(environ, files, root_on_block_device=True) == "computer"


def test_kubernetes_runs_containers():
    assert environment({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, root_on_block_device=True) == "container"


def test_a_sandboxed_desktop_program_runs_on_a_computer():
    assert environment({"container": "flatpak"}, ["/.flatpak-info", "/run/.containerenv"]) == "computer"


def test_a_computer_without_any_mark_is_one_on_any_file_system():
    assert environment() == "computer"
    assert environment({"container": ""}) == "computer"
    assert environment(root_on_block_device=True) == "computer"


def test_tells_where_this_process_runs():
    assert this_environment({"CI": "true"}) == "ci"
    assert this_environment({}) in {"computer", "container"}
