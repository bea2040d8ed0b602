"""Fetching from providers: hostile and broken ones cost a moment, and no more."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from mooring.server.identity.domain.federation.refusals import ProviderUnavailable
from mooring.server.identity.integrations.fetching import MOST, Fetched, Fetcher, is_private_way

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def with_length(body, head=OK):
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


@asynccontextmanager
async def a_peer(answer, seen=None, *, ends=True):
    """Run a server that answers every request with these bytes, and then ``ends`` or says nothing more."""

    under_way = []

    async def serve(reader, writer):
        under_way.append(asyncio.current_task())
        request = await reader.readuntil(b"\r\n\r\n")
        if seen is not None:
            seen.append(request)
        writer.write(answer)
        await writer.drain()
        if not ends:
            await reader.read()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with server:
            yield f"http://127.0.0.1:{port}/keys?secret=1"
    finally:
        await asyncio.gather(*under_way, return_exceptions=True)


@asynccontextmanager
async def a_fetcher(**how):
    fetcher = Fetcher(**how)
    try:
        yield fetcher
    finally:
        await fetcher.close()


async def fetched(answer, *, ends=True, **how):
    async with a_peer(answer, ends=ends) as address, a_fetcher(**how) as fetcher:
        return await fetcher.get(address)


async def refused(answer, **how):
    with pytest.raises(ProviderUnavailable) as why:
        await fetched(answer, **how)
    assert "secret" not in why.value.why
    return why.value.why


async def test_returns_the_document_with_its_status():
    assert await fetched(with_length(b'{"a": 1}')) == Fetched(200, {"a": 1})
    head = b"HTTP/1.1 400 Bad Request\r\n"
    assert await fetched(with_length(b'{"error": "x"}', head)) == Fetched(400, {"error": "x"})
    assert await fetched(with_length(b"[1, 2]")) == Fetched(200, {"items": [1, 2]})


async def test_sends_a_form():
    seen = []
    async with a_peer(with_length(b"{}"), seen) as address, a_fetcher() as fetcher:
        await fetcher.post(address, {"code": "a b"}, {"authorization": "Basic x"})
    assert b"POST /keys" in seen[0]
    assert b"authorization: Basic x" in seen[0].lower().replace(b"basic", b"Basic")
    assert b"accept-encoding: identity" in seen[0].lower()


@pytest.mark.parametrize("body", [b"", b"<html>", b'"text"', b"{", b"\xff", b"[" * 100_000])
async def test_refuses_what_is_no_json_object(body):
    assert "does not answer with" in await refused(with_length(body))


async def test_reads_no_more_than_it_must():
    whole = b'{"a": "' + b"x" * (MOST - 9) + b'"}'
    assert len(whole) == MOST
    assert (await fetched(with_length(whole))).status == 200
    assert "more than" in await refused(with_length(whole + b" "))
    assert "more than" in await refused(OK + b"\r\n" + b"x" * (2 * MOST))  # without saying how much


async def test_blows_nothing_up():
    head = OK + b"Content-Encoding: gzip\r\n"
    assert "compressed" in await refused(with_length(b"\x1f\x8b", head))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_goes_to_no_other_address(status):
    head = b"HTTP/1.1 %d Moved\r\nLocation: http://127.0.0.1:1/\r\n" % status
    assert "another address" in await refused(with_length(b"{}", head))


async def test_does_not_wait_longer_than_its_deadline():
    for begun in (b"", OK, OK + b"Content-Length: 100\r\n\r\n{"):
        assert "in time" in await refused(begun, ends=False, deadline=0.05)


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", OK + b"Content-Length: 9\r\n\r\n{}"])
async def test_says_that_a_broken_provider_cannot_be_reached(answer):
    assert "cannot be reached" in await refused(answer)


async def test_says_that_nobody_listens():
    async with a_fetcher() as fetcher:
        with pytest.raises(ProviderUnavailable, match="cannot be reached"):
            await fetcher.get("http://127.0.0.1:1/")


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://id.example/a", True),
        ("http://127.0.0.1:1/", True),
        ("http://localhost/", True),
        ("http://[::1]:1/", True),
        ("http://id.example/", False),
        ("ftp://127.0.0.1/", False),
        ("https:///a", False),
        ("https://[bad", False),
        ("https://id.example/a b", False),
        ("https://id.example/\n", False),
        ("https://id.example/é", False),
        ("", False),
    ],
)
async def test_goes_only_where_nobody_listens_on_the_way(address, good):
    assert is_private_way(address) is good
    if not good:
        async with a_fetcher() as fetcher:
            with pytest.raises(ProviderUnavailable, match="not an https address"):
                await fetcher.get(address)
