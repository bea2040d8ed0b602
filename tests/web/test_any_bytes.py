"""Whatever is sent, the answer is one of ours, and never a fault."""

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.clients import AsgiClient
from tests.support.devices import SimulatedDevice
from tests.support.web_apps import Door, a_door

EXAMPLES = 20_000 if os.environ.get("MOORING_TEST_LONG") else 300

ACTIVATION = "act_01hzy8k3m5n7p9q1r3s5t7v9w1"
METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "X"])
KNOWN_PATHS = st.sampled_from(
    ["/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/problems/not_found", "/v1/activations",
     "/v1/activations/act_01hzy8k3m5n7p9q1r3s5t7v9w1", "/v1/validations", "/v1/status-lists/1",
     "/v1/activations/act_01hzy8k3m5n7p9q1r3s5t7v9w1/renewals", "/sign-in", "/sign-up", "/sign-out",
     "/device", "/link", "/account", "/assets/x", "/oauth/authorize", "/oauth/token",
     "/oauth/device_authorization",
     "/oauth/revoke", "/oauth/introspect", "/.well-known/oauth-authorization-server", "/device?user_code=%ff",
     "/sign-in?next=//evil.example", "/oauth/authorize?client_id=mooring-device&state=%00"]
)  # fmt: skip
LATIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=60)
PATHS = st.one_of(
    KNOWN_PATHS, LATIN.map(lambda text: "/" + text), st.builds("{}/{}".format, KNOWN_PATHS, LATIN)
)
NAMES = st.sampled_from(
    ["dpop", "authorization", "content-type", "content-length", "idempotency-key", "accept-language", "host",
     "x-forwarded-for", "if-none-match", "x-other", "cookie", "origin", "sec-fetch-site"]
)  # fmt: skip
HEADERS = st.lists(st.tuples(NAMES, LATIN), max_size=6)
JSON_TYPE = ("content-type", "application/json")

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(["harbor-notes", "BCDFG-HJKMN-PQRTV-WXY23-46789", "linux", ACTIVATION]),
)
MEMBERS = st.sampled_from(
    [
        "product",
        "edition",
        "product_key",
        "license_id",
        "trial",
        "hardware",
        "device",
        "environment",
        "replaces",
        "accepts",
        "sequence",
        "app_version",
        "certificate",
        "entitlements",
        "v",
        "components",
        "platform",
        "name",
        "mac_addresses",
        "cpu_id",
        "board_serial",
    ]
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(MEMBERS, inner, max_size=6),
    max_leaves=20,
)

quiet = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def door(loop: asyncio.AbstractEventLoop) -> Iterator[Door]:
    with tempfile.TemporaryDirectory() as folder:
        door = a_door(Path(folder))
        yield door
        loop.run_until_complete(door.close())


def judge(reply) -> None:
    assert reply.status < 500
    if reply.status < 400 or not reply.body:
        return
    if reply.header("content-type") == "text/html; charset=utf-8":
        assert b"<h1>" in reply.body
    elif "error" in reply.json():
        assert set(reply.json()) == {"error", "error_description"}
    else:
        assert reply.json()["status"] == reply.status


@quiet
@given(method=METHODS, path=PATHS, headers=HEADERS, body=st.binary(max_size=300))
def test_any_bytes_are_answered(door: Door, loop, method, path, headers, body):
    judge(loop.run_until_complete(AsgiClient(door.app).send(method, path, headers, body)))


@quiet
@given(document=DOCUMENTS, path=st.sampled_from(["/v1/activations", "/v1/validations"]))
def test_any_json_is_answered(door: Door, loop, document, path):
    device = SimulatedDevice(AsgiClient(door.app), clock=door.clock.now)
    judge(loop.run_until_complete(device.post(path, document)))


@quiet
@given(
    changes=st.dictionaries(MEMBERS, DOCUMENTS, max_size=3), path=st.sampled_from(["activations", "renewals"])
)
def test_any_change_to_a_good_request_is_answered(door: Door, loop, changes, path):
    device = SimulatedDevice(AsgiClient(door.app), clock=door.clock.now)
    device.activation_id = "act_01hzy8k3m5n7p9q1r3s5t7v9w1"
    ask = device.activate if path == "activations" else device.renew
    judge(
        loop.run_until_complete(ask(**{name: value for name, value in changes.items() if value is not None}))
    )


@quiet
@given(proof=st.one_of(LATIN, st.builds("{}.{}.{}".format, LATIN, LATIN, LATIN)))
def test_any_proof_is_answered(door: Door, loop, proof):
    body = json.dumps({}).encode()
    headers = (JSON_TYPE, ("dpop", proof))
    reply = loop.run_until_complete(AsgiClient(door.app).send("POST", "/v1/activations", headers, body))
    assert reply.status == 401
