"""`mooring serve` where it cannot serve."""

import json
import socket

import pytest

from mooring import command


def test_a_port_in_use_is_a_refusal_with_a_next_step(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert command.main(["serve", "--port", port, "--json"]) == 4
    document = json.loads(capsys.readouterr().out)
    assert document["code"] == "cannot_listen"
    assert "--port" in document["next"]["label"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["65536", "-1"])
def test_what_is_no_port_is_wrong_usage(port, capsys):
    assert command.main(["serve", "--port", port]) == 2
    assert "65535" in capsys.readouterr().err
