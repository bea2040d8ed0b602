"""Logs: structured, and without secrets whoever writes them."""

import asyncio
import io
import json
import logging
import sys
from datetime import UTC, datetime

import pytest

from mooring.server.web.watch.logs import configure_logging, hide_secrets, logger, request_logger

KEY = "BCDFG-HJKMN-PQRTV-WXY23-46789"


@pytest.fixture
def lines(monkeypatch):
    stream = io.StringIO()
    root = logging.getLogger()
    before = root.handlers, root.level
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging("info", "json")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = before


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        KEY.replace("-", ""),
        KEY.lower(),
        "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJ4In0.c2lnbmF0dXJl",
        "DPoP kz4dQ0xWj8rTn2vB9cLm",
        "mooring:hunter2",
    ],
)
def test_blots_out_what_looks_like_a_secret(secret: str):
    text = f"could not use postgresql://{secret}@db" if "hunter" in secret else f"could not use {secret} here"
    assert secret not in hide_secrets(text)
    assert "[hidden]" in hide_secrets(text)


@pytest.mark.parametrize(
    "text", ["act_01hzy8k3m5n7p9q1r3s5t7v9w1", "request", "/v1/activations/{id}", "2026-01-02"]
)
def test_leaves_everything_else_readable(text: str):
    assert hide_secrets(text) == text


def test_writes_one_json_document_a_line(lines):
    logger().info("request", route="/healthz", status=200)
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "request", "level": "info", "route": "/healthz", "status": 200}


def test_writes_a_request_as_the_logger_would(lines):
    members = {"request": "7f", "method": "GET", "status": 200, "code": None, "milliseconds": 1.25}
    request_logger()(**members)
    logger().info("request", **members)
    quickly, usually = lines()
    assert list(quickly) == list(usually)
    for line in (quickly, usually):
        assert datetime.fromisoformat(line.pop("timestamp")).tzinfo == UTC
    assert quickly == usually == {**members, "event": "request", "level": "info"}


def test_writes_no_request_where_only_warnings_are_wanted(lines):
    configure_logging("warning", "json")
    request_logger()(status=200)
    assert lines() == []


def test_is_silent_below_its_level(lines):
    logger().debug("detail")
    assert lines() == []


def test_hides_secrets_in_exceptions_and_in_what_libraries_say(lines):
    try:
        raise ValueError(f"bad key {KEY}")
    except ValueError:
        logger().exception("fault")
        logging.getLogger("some.package").exception("could not use %s", KEY)
    fault, library = lines()
    assert "ValueError" in fault["exception"]
    assert library["said"] == "could not use [hidden]"
    assert library["logger"] == "some.package"
    assert KEY not in json.dumps([fault, library])


def test_hides_secrets_on_a_terminal_too_and_writes_nowhere_else(monkeypatch, capsys):
    stream = io.StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging("info", "text")
    request_logger()(status=204)
    secret = KEY
    try:
        raise ValueError(f"bad key {secret}")
    except ValueError:
        logger().exception("fault", request="r1")
    written = stream.getvalue()
    assert "fault" in written
    assert "204" in written
    assert "ValueError: bad key [hidden]" in written
    assert KEY not in written
    assert capsys.readouterr().out == ""


async def test_lines_of_one_turn_of_the_loop_leave_in_one_write(monkeypatch):
    stream = CountingStream()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", root.handlers)
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging("info", "json")
    for number in range(3):
        logger().info("request", number=number)
    assert stream.getvalue() == ""
    await asyncio.sleep(0)
    assert [json.loads(line)["number"] for line in stream.getvalue().splitlines()] == [0, 1, 2]
    assert stream.writes == 1
    logger().info("request", number=3)
    await asyncio.sleep(0)
    assert stream.writes == 2


class CountingStream(io.StringIO):
    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)
