"""`mooring serve`: what it says where it cannot listen, and where it can."""

import json
import socket

import pytest

from mooring import command
from mooring.server.cli.output import Output
from mooring.server.cli.serve import _announce


def test_a_port_in_use_is_a_refusal_with_a_next_step(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert command.main(["serve", "--port", port, "--json"]) == 4
    document = json.loads(capsys.readouterr().out)
    assert document["code"] == "cannot_listen"
    assert "--port" in document["next"]["label"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "public", "said"),
    [
        ("http://127.0.0.1:8000", False, "listens on http://127.0.0.1:8000. "),
        ("http://127.0.0.1:8000", True, "listens on http://127.0.0.1:8000. "),
        ("https://a.example", True, "listens on http://127.0.0.1:8000, and is known as https://a.example. "),
    ],
)
def test_says_where_it_listens_and_under_which_other_name_it_is_known(capsys, address, public, said):
    _announce(Output(as_json=False), "http://127.0.0.1:8000", address, None, public=public)
    assert said in capsys.readouterr().out
