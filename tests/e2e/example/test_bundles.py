"""Harbor Notes as a bundle of PyInstaller and of Nuitka: it starts, activates, and shows its windows."""

from pathlib import Path

import pytest

from tests.support.bundles import BUILD_SECONDS, FRAME, Bundle, with_nuitka, with_pyinstaller
from tests.support.servers import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(BUILD_SECONDS + 300)]


@pytest.fixture(scope="module", params=[with_pyinstaller, with_nuitka], ids=["pyinstaller", "nuitka"])
def executable(
    request: pytest.FixtureRequest, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return request.param(package, tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def program(executable: Path, tmp_path: Path) -> Bundle:
    home = tmp_path / "computer"
    home.mkdir()
    return Bundle(executable, home)


def test_it_tells_its_state_in_the_customers_language(program: Bundle):
    told = program.run("about")
    assert told.exit_code == 0, told.err
    assert told.out.splitlines() == [
        "Harbor Notes is not activated",
        "Activation would add: unlimited-notes, export-pdf",
    ]
    german = program.run("about", environ={"LANG": "de_DE.UTF-8"})
    assert german.out.splitlines() == [
        "Harbor Notes ist nicht aktiviert",
        "Die Aktivierung brächte: unlimited-notes, export-pdf",
    ]


def test_it_activates_with_the_publishers_server_and_does_what_was_bought(program: Bundle, server: Server):
    refused = program.run("export", "notes.pdf")
    assert refused.exit_code == 1
    assert "Export to PDF" in refused.err
    (key,) = server.mint(1, edition="pro", policy="anywhere")
    activated = program.run("activate", key)
    assert activated.exit_code == 0, activated
    assert "Harbor Notes is activated" in activated.out
    assert program.run("about").out == activated.out
    assert program.run("add", "Buy a longer rope").exit_code == 0
    assert program.run("export", "notes.pdf").exit_code == 0
    assert b"Buy a longer rope" in (program.home / "notes.pdf").read_bytes()


@pytest.mark.parametrize("command", ["window", "settings"])
def test_its_window_draws_itself_without_a_complaint(program: Bundle, command: str):
    assert program.run("add", "Not the first run").exit_code == 0
    with program.opened(command) as written:
        complaints = [line for line in written.splitlines() if FRAME not in line]
    assert complaints == []


def test_a_mistyped_page_is_named_and_opens_nothing(program: Bundle):
    mistyped = program.run("settings", "nothing")
    assert mistyped.exit_code == 2
    assert "nothing" in mistyped.err
