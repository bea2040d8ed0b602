"""Paths: exact, or not there."""

import pytest

from mooring.server.web.http.paths import PathTable

TABLE = PathTable(
    {
        "/": "front",
        "/v1/activations": "all",
        "/v1/activations/{id}": "one",
        "/v1/activations/{id}/renewals": "renewals",
    }
)


@pytest.mark.parametrize(
    ("path", "value", "params"),
    [
        ("/", "front", {}),
        ("/v1/activations", "all", {}),
        ("/v1/activations/act_1", "one", {"id": "act_1"}),
        ("/v1/activations/act_1/renewals", "renewals", {"id": "act_1"}),
    ],
)
def test_finds_what_lies_at_a_path(path: str, value: str, params: dict[str, str]):
    found = TABLE.find(path)
    assert found is not None
    assert (found.value, found.params) == (value, params)


@pytest.mark.parametrize(
    "path",
    ["", "//", "/v1", "/v1/", "/v1/activations/", "/v1//activations", "/v1/activations//renewals",
     "/v1/activations/a/renewals/", "/V1/activations", "/v1/activations/a/b", "v1/activations"],
)  # fmt: skip
def test_finds_nothing_beside_it(path: str):
    assert TABLE.find(path) is None


def test_tells_the_template():
    assert TABLE.find("/v1/activations/act_1").template == "/v1/activations/{id}"


def test_what_is_spelled_exactly_so_comes_first():
    table = PathTable({"/v1/{what}": "any", "/v1/me": "me"})
    assert (table.find("/v1/me").value, table.find("/v1/you").value) == ("me", "any")
