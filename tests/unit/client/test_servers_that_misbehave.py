"""Whatever a server does, an activated installation stays what it is, and its program is not kept waiting."""

import json
import time

import pytest

from mooring import InvalidCertificate, Refused, ServerUnreachable
from tests.support import servers_that_misbehave as servers
from tests.support.client_homes import Installation

ISSUER = "http://localhost:1"

NO_SENSIBLE_ANSWER = {
    "stopped": servers.stopped_server,
    "silent": servers.silent,
    "slow headers": servers.slow_headers,
    "slow body": servers.slow_body,
    "endless headers": servers.endless_headers,
    "endless body": servers.endless_body,
    "half an answer": servers.half_an_answer,
    "half a chunk": servers.half_a_chunk,
    "hangs up": servers.hangs_up,
    "not HTTP": servers.not_http,
    "500": lambda: servers.answering(500, b'{"code": "license_revoked"}', "application/problem+json"),
    "503": lambda: servers.answering(503, b"{}", Retry_After="120"),
    "404": lambda: servers.answering(404, b"not found", "text/plain"),
    "404 that is not ours": lambda: servers.answering(404, b'{"title": "x"}', "application/problem+json"),
    "403 by a proxy": lambda: servers.answering(403, b'{"code": "license_revoked"}'),
    "a sign-in page": lambda: servers.answering(200, servers.HTML, "text/html"),
    "a list": lambda: servers.answering(200, b"[]"),
    "nothing": lambda: servers.answering(200, b""),
    "not UTF-8": lambda: servers.answering(200, b'"\xff"'),
    "too deep": lambda: servers.answering(200, b"[" * 200_000),
    "redirect": lambda: servers.answering(307, Location="https://elsewhere.example/"),
    "a problem without a known code": lambda: servers.answering(
        403, b'{"code": "of_another_server", "type": "about:blank"}', "application/problem+json"
    ),
}


@pytest.fixture
def installation(tmp_path):
    return Installation(tmp_path / "home")


@pytest.mark.parametrize("kind", NO_SENSIBLE_ANSWER)
def test_no_sensible_answer_changes_nothing_and_is_told_in_time(installation, kind):
    with NO_SENSIBLE_ANSWER[kind]() as url:
        app = installation.app(url, timeout=1.0)
        before, status = installation.bytes(), app.status()
        began = time.monotonic()
        with pytest.raises(ServerUnreachable) as caught:
            app.renew()
        assert time.monotonic() - began < 1.9  # it waits once, and not anew for every byte
    assert caught.value.cause
    assert installation.bytes() == before
    assert app.status()._replace(at=status.at) == status
    assert app.status().state == "activated"


def certificates_that_are_wrong(installation):
    other = Installation(installation.folder + "-other")
    held = installation.store().load().state.certificate
    header, payload, signature = held.split(".")
    return {
        "of another installation": other.store().load().state.certificate,
        "changed": f"{header}.{payload[:-4]}AAAA.{signature}",
        "the one held, again": held,
        "no certificate": "nonsense",
        "too long": "A" * 20_000,
        "not a text": 7,
    }


@pytest.mark.parametrize(
    "kind",
    ["of another installation", "changed", "the one held, again", "no certificate", "too long", "not a text"],
)
def test_a_wrong_certificate_is_not_stored(installation, kind):
    answer = {"activation": {}, "certificate": certificates_that_are_wrong(installation)[kind], "dropped": []}
    with servers.answering(200, json.dumps(answer).encode()) as url:
        app = installation.app(url)
        before = installation.bytes()
        with pytest.raises(InvalidCertificate):
            app.renew()
    assert installation.bytes() == before
    assert app.status().state == "activated"


def problem(code, status=403):
    document = {
        "type": f"{ISSUER}/problems/{code}",
        "code": code,
        "title": "T",
        "detail": "D",
        "status": status,
    }
    return status, "application/problem+json", json.dumps(document).encode(), {}


@pytest.mark.parametrize("code", ["license_revoked", "license_suspended", "device_unknown"])
@pytest.mark.parametrize("list_answer", ["404", "nonsense", "says valid", "of another publisher"])
def test_an_unsigned_refusal_takes_nothing_away(installation, code, list_answer):
    deadline = installation.server.clock.deadline(1)
    good = installation.server.get("/v1/status-lists/1", deadline=deadline)
    other = Installation(installation.folder + "-other")
    other.server.revoke(other.key)
    lists = {
        "404": (404, "text/plain", b"", {}),
        "nonsense": (200, "application/statuslist+jwt", b"nonsense", {}),
        "says valid": (200, "application/statuslist+jwt", good.encode(), {}),
        "of another publisher": (
            200,
            "application/statuslist+jwt",
            other.server.get("/v1/status-lists/1", deadline=deadline).encode(),
            {},
        ),
    }

    def reply(method, path):
        return lists[list_answer] if method == "GET" else problem(code)

    with servers.replying(reply) as url:
        app = installation.app(url)
        before = installation.bytes()
        with pytest.raises(Refused) as caught:
            app.renew()
    assert caught.value.code == code
    assert installation.bytes() == before
    assert app.status().state == "activated"


def test_a_refusal_that_the_status_list_confirms_takes_the_activation_away(installation):
    installation.server.revoke(installation.key)
    token = installation.server.get("/v1/status-lists/1", deadline=installation.server.clock.deadline(1))

    def reply(method, path):
        if method == "GET":
            assert path == "/v1/status-lists/1"
            return 200, "application/statuslist+jwt", token.encode(), {}
        return problem("license_revoked")

    with servers.replying(reply) as url:
        app = installation.app(url)
        with pytest.raises(Refused, match=r"."):
            app.renew()
    assert app.status().state == "not_activated"
    assert app.status().reason["code"] == "license_revoked"
    assert installation.app(url).status().state == "not_activated"


def test_the_next_server_is_asked_when_the_first_hangs(installation):
    with (
        servers.silent() as first,
        servers.replying(lambda method, path: problem("rate_limited", 429)) as second,
        pytest.raises(Refused) as caught,
    ):
        installation.app(first, second, timeout=2).renew()
    assert caught.value.code == "rate_limited"


def test_every_cause_is_told_when_no_server_answers(installation):
    with (
        servers.stopped_server() as first,
        servers.answering(500) as second,
        pytest.raises(ServerUnreachable) as caught,
    ):
        installation.app(first, second).renew()
    assert caught.value.cause == "nothing answers at its address; it has a fault of its own (500)"


def test_the_wait_that_a_server_asks_for_is_told(installation):
    with servers.answering(503, Retry_After="120") as url, pytest.raises(ServerUnreachable) as caught:
        installation.app(url).renew()
    assert caught.value.retry_after == 120


def test_a_nonce_is_sent_once_more(installation):
    proofs = []

    def reply(method, path):
        proofs.append(path)
        headers = {"WWW_Authenticate": 'DPoP error="use_dpop_nonce"', "DPoP_Nonce": f"nonce-{len(proofs)}"}
        return (401, *problem("device_proof_invalid", 401)[1:3], headers)

    with servers.replying(reply) as url, pytest.raises(Refused) as caught:
        installation.app(url).renew()
    assert caught.value.code == "device_proof_invalid"
    assert len(proofs) == 2


def test_a_refusal_of_a_later_server_is_told_in_its_own_words(installation):
    document = {
        "type": f"{ISSUER}/problems/on_a_holiday",
        "code": "on_a_holiday",
        "title": "Closed",
        "detail": "Closed until Monday.",
        "next": {"action": "wait", "label": "Come back on Monday"},
        "until": "2026-01-05T00:00:00Z",
    }
    body = json.dumps(document).encode()
    with servers.answering(403, body, "application/problem+json") as url, pytest.raises(Refused) as caught:
        installation.app(url).renew()
    assert caught.value.code == "on_a_holiday"
    assert caught.value.detail == "Closed until Monday."
    assert caught.value.next == {"action": "wait", "label": "Come back on Monday"}
    assert caught.value.members == {"until": "2026-01-05T00:00:00Z"}


@pytest.mark.parametrize("kind", ["stopped", "500", "a sign-in page is no yes", "redirect"])
def test_a_deactivation_that_nobody_confirmed_frees_nothing(installation, kind):
    kinds = {
        **NO_SENSIBLE_ANSWER,
        "a sign-in page is no yes": lambda: servers.answering(200, servers.HTML, "text/html"),
    }
    with kinds[kind]() as url:
        app = installation.app(url)
        before = installation.bytes()
        with pytest.raises(ServerUnreachable):
            app.deactivate()
    assert installation.bytes() == before
    assert app.status().activated


def test_a_deactivation_that_was_confirmed_is_done(installation):
    asked = []

    def reply(method, path):
        asked.append((method, path))
        return 204, "application/json", b"", {}

    activation = installation.app().status().activation
    with servers.replying(reply) as url:
        assert not installation.app(url).deactivate().activated
    assert asked == [("DELETE", f"/v1/activations/{activation}")]
