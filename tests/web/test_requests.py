"""Requests of every odd shape: bodies, methods, paths and headers."""

import json

import pytest

from tests.support.clients import AsgiClient
from tests.support.devices import SimulatedDevice
from tests.support.web_apps import Door

VALID = json.dumps({"product": "harbor-notes", "product_key": "BCDFG-HJKMN-PQRTV-WXY23-46789"}).encode()
JSON = ("Content-Type", "application/json")


async def validate(client: AsgiClient, body: bytes = VALID, headers=(JSON,), **how):
    return await client.send("POST", "/v1/validations", headers, body, **how)


async def test_a_body_of_sixty_four_kibibytes_is_read_and_a_byte_more_is_not(client: AsgiClient):
    room = 64 * 1024 - len(VALID)
    assert (await validate(client, VALID + b" " * room)).status == 200
    reply = await validate(client, VALID + b" " * (room + 1))
    assert (reply.status, reply.code) == (413, "payload_too_large")
    assert reply.header("connection") == "close"


async def test_an_endless_body_without_a_length_is_not_read_to_its_end(client: AsgiClient):
    def endless():
        for number in range(1000):
            assert number < 30, "it reads on and on"
            yield b" " * 40_000

    assert (await validate(client, chunks=endless())).code == "payload_too_large"
    assert (await validate(client, chunks=[VALID[:9], VALID[9:], b""])).status == 200


@pytest.mark.parametrize("length", ["2000000", "-1", "1e3", "9" * 400, "", "٣"])
async def test_refuses_a_length_that_is_too_long_or_none(client: AsgiClient, length: str):
    headers = (JSON, ("Content-Length", length.encode().decode("latin-1")))
    assert (await validate(client, headers=headers, chunks=[VALID])).status in {400, 413}


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "json"]
)
async def test_reads_json_only(client: AsgiClient, media_type: str):
    reply = await validate(client, headers=(("Content-Type", media_type),))
    assert (reply.status, reply.code, reply.json()["member"]) == (415, "invalid_request", "Content-Type")


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_knows_json_however_it_is_spelled(client: AsgiClient, media_type: str):
    assert (await validate(client, headers=(("Content-Type", media_type),))).status == 200


async def test_a_header_that_is_there_twice_is_refused(client: AsgiClient):
    reply = await validate(client, headers=(JSON, ("Content-Type", "text/plain")))
    assert (reply.status, reply.json()["member"]) == (400, "content-type")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b"\xff\xfe", b'{"product": "\xff"}', b'{"product": "\\ud800"}', VALID + b" {}",
     b'{"a":' * 10_000, b'{"product": NaN}'],
)  # fmt: skip
async def test_a_body_that_cannot_be_read_is_said_to_be_so(client: AsgiClient, body: bytes):
    reply = await validate(client, body)
    assert (reply.status, reply.code, reply.json()["member"]) == (400, "invalid_request", "body")


@pytest.mark.parametrize("body", [b"[]", b"[" * 60_000, b"7", b"null", b'"text"'])
async def test_a_body_that_is_no_object_is_refused(client: AsgiClient, body: bytes):
    reply = await validate(client, body)
    assert (reply.status, reply.json()["member"]) == (422, "body")


async def test_says_which_methods_there_are(client: AsgiClient):
    for path, allow in [
        ("/v1/activations", "OPTIONS, POST"),
        ("/v1/activations/x", "DELETE, OPTIONS"),
        ("/v1/status-lists/1", "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
        ("/oauth/token", "OPTIONS, POST"),
        ("/oauth/authorize", "GET, HEAD, OPTIONS, POST"),
        ("/problems/not_found", "GET, HEAD, OPTIONS"),
    ]:
        wrong = await client.send("PATCH", path)
        assert (wrong.status, wrong.header("allow")) == (405, allow)
        assert b"invalid_request" in wrong.body
        options = await client.send("OPTIONS", path)
        assert (options.status, options.body, options.header("allow")) == (204, b"", allow)


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/activations/", "/healthz/", "/nothing", "/v1/status-lists/1/", "//"]
)
async def test_a_path_that_is_nowhere_is_not_found_and_not_corrected(client: AsgiClient, path: str):
    for method in ("GET", "POST"):
        reply = await client.send(method, path)
        assert (reply.status, reply.code) == (404, "not_found")
        assert reply.header("location") is None


async def test_head_answers_as_get_would_without_a_body(client: AsgiClient):
    for path in ("/v1/status-lists/1", "/healthz", "/"):
        got = await client.send("GET", path)
        head = await client.send("HEAD", path)
        assert (head.status, head.body) == (200, b"")
        assert head.header("content-length") == str(len(got.body))


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/activations", "/nothing", "/v1/status-lists/1"])
async def test_every_answer_is_safe_to_handle(client: AsgiClient, path: str):
    reply = await client.send("GET", path)
    assert reply.header("x-content-type-options") == "nosniff"
    assert reply.header("referrer-policy") == ("same-origin" if path == "/" else "no-referrer")
    assert len(reply.header("request-id")) == 16
    assert reply.header("server") is None


async def test_a_client_that_leaves_before_it_has_spoken_gets_nothing(client: AsgiClient, door: Door):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/validations", "raw_path": b"/v1/validations",
        "headers": [], "client": None, "query_string": b"",
    }  # fmt: skip
    await door.app(scope, receive, send)
    assert sent == []
    assert door.stand_ins.asked == []


async def test_speaks_the_readers_language_as_far_as_it_can(device: SimulatedDevice):
    reply = await device.activate("x", headers=(("Accept-Language", "xx, en;q=0.1"),))
    assert reply.header("content-language") == "en"
    assert reply.header("vary") == "accept-language"
