"""What surrounds the API: health, metrics, plain pages, status lists, the document."""

import re

import pytest

from mooring.core.refusals import SeatLimitReached
from mooring.core.wording.reasons import REASONS
from mooring.server.foundation.database.port import DatabaseUnavailable
from tests.support.clients import AsgiClient
from tests.support.devices import SimulatedDevice
from tests.support.visitors import Visitor
from tests.support.web_apps import Door, a_door


async def test_says_that_it_lives_and_is_ready(client: AsgiClient):
    assert (await client.send("GET", "/healthz")).json() == {"status": "ok"}
    assert (await client.send("GET", "/readyz")).json() == {"status": "ready"}


async def test_is_alive_but_not_ready_without_its_database(client: AsgiClient, door: Door, monkeypatch):
    def away(_self):
        raise DatabaseUnavailable

    monkeypatch.setattr(type(door.services.database), "reading", away)
    assert (await client.send("GET", "/healthz")).status == 200
    reply = await client.send("GET", "/readyz")
    assert (reply.status, reply.code, reply.header("retry-after")) == (503, "service_unavailable", "5")


async def test_counts_what_happened(door: Door, device: SimulatedDevice):
    await device.activate()
    await device.renew()
    door.stand_ins.activate_answer = SeatLimitReached(seats=1)
    await device.activate()
    await device.client.send("GET", "/some/secret?key=BCDFG")
    page = (await AsgiClient(door.app, address="127.0.0.1").send("GET", "/metrics")).body.decode()
    for line in [
        'mooring_requests_total{method="POST",route="/v1/activations",status="201"} 1.0',
        'mooring_requests_total{method="POST",route="/v1/activations",status="401"} 1.0',
        'mooring_requests_total{method="POST",route="/v1/activations",status="409"} 1.0',
        'mooring_requests_total{method="POST",route="/v1/activations/{id}/renewals",status="200"} 1.0',
        'mooring_requests_total{method="GET",route="(unknown)",status="404"} 1.0',
        'mooring_refusals_total{code="seat_limit_reached"} 1.0',
        'mooring_refusals_total{code="device_proof_invalid"} 1.0',
        "mooring_activations_total 1.0",
        "mooring_renewals_total 1.0",
        'mooring_request_seconds_count{route="/v1/activations"} 3.0',
    ]:
        assert line in page.splitlines()
    assert "secret" not in page


@pytest.mark.parametrize(
    ("address", "public_url", "host", "status"),
    [
        ("127.0.0.1", None, "127.0.0.1:8000", 200),
        ("::1", None, "[::1]:8000", 200),
        ("127.0.0.1", None, "LOCALHOST", 200),
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1:8000", 200),
        ("127.0.0.1", None, "activation.example.com", 403),
        ("127.0.0.1", None, "localhost.example.com:8000", 403),
        ("127.0.0.1", None, "", 403),
        ("127.0.0.1", None, "[::1", 403),
        ("192.0.2.9", None, "127.0.0.1:8000", 403),
        # A proxy on this computer that says neither that it is one nor what it was asked for.
        ("127.0.0.1", "https://activation.example.com", "127.0.0.1:8000", 403),
        ("127.0.0.1", "https://activation.example.com", "activation.example.com", 403),
    ],
)
async def test_shows_metrics_to_this_computer_only_while_the_server_has_no_other_address(
    tmp_path, address, public_url, host, status
):
    door = a_door(tmp_path, **({} if public_url is None else {"addresses": (public_url,)}))
    reply = await AsgiClient(door.app, address=address).send("GET", "/metrics", (("Host", host),))
    assert reply.status == status
    await door.close()


async def test_a_published_server_shows_metrics_to_who_has_the_token(tmp_path):
    own = ("https://activation.example.com",)
    door = a_door(tmp_path, addresses=own, MOORING_METRICS_TOKEN="a-long-token")
    local = AsgiClient(door.app, address="127.0.0.1")
    assert (await local.send("GET", "/metrics")).status == 403
    assert (await local.send("GET", "/metrics", (("Authorization", "Bearer a-long-token"),))).status == 200
    await door.close()


async def test_shows_metrics_to_this_computer_and_to_who_has_the_token(tmp_path):
    door = a_door(tmp_path, MOORING_METRICS_TOKEN="a-long-token")
    local, remote = AsgiClient(door.app, address="127.0.0.1"), AsgiClient(door.app, address="192.0.2.9")
    assert (await local.send("GET", "/metrics")).status == 200
    assert (await local.send("GET", "/metrics", (("X-Forwarded-For", "127.0.0.1"),))).status == 403
    refused = await remote.send("GET", "/metrics")
    assert (refused.status, refused.code) == (403, "insufficient_scope")
    assert (await remote.send("GET", "/metrics", (("Authorization", "Bearer a-long-token"),))).status == 200
    assert (await remote.send("GET", "/metrics", (("Authorization", "Bearer a-long-tokeN"),))).status == 403
    await door.close()


async def test_without_a_token_nobody_else_sees_metrics(client: AsgiClient):
    for value in ("Bearer None", "Bearer ", ""):
        assert (await client.send("GET", "/metrics", (("Authorization", value),))).status == 403


@pytest.mark.parametrize("code", sorted(REASONS))
async def test_explains_every_reason_on_a_page(client: AsgiClient, code: str):
    reply = await client.send("GET", f"/problems/{code}")
    assert reply.status == 200
    assert reply.header("content-type") == "text/html; charset=utf-8"
    text = reply.body.decode()
    assert f"<code>{code}</code>" in text
    assert 'lang="en"' in text


async def test_explains_no_reason_that_does_not_exist(client: AsgiClient):
    reply = await client.send("GET", "/problems/nonsense")
    assert (reply.status, reply.header("content-type")) == (404, "text/html; charset=utf-8")


BROWSER = (("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),)


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/account/", "/healthz/", "/%3Cscript%3E"])
async def test_shows_a_person_who_is_lost_a_page_with_a_way_on(client: AsgiClient, path: str):
    reply = await client.send("GET", path, BROWSER)
    assert (reply.status, reply.header("content-type")) == (404, "text/html; charset=utf-8")
    text = reply.body.decode()
    assert "<h1>This page is not here</h1>" in text
    assert 'href="/sign-in"' in text
    assert 'href="/device"' in text
    assert 'class="button primary" href="/"' in text
    assert "script>" not in text.replace("</script>", "").replace("defer>", "")
    assert "default-src 'none'" in reply.header("content-security-policy")
    assert (await client.send("HEAD", path, BROWSER)).status == 404


async def test_shows_who_is_signed_in_the_way_to_their_account(client: AsgiClient):
    mia = Visitor(client)
    await mia.sign_up()
    page = (await mia.get("/nothing", BROWSER)).body.decode()
    assert 'class="button primary" href="/account"' in page
    assert 'href="/sign-in"' not in page


async def test_tells_a_program_that_is_lost_in_a_problem(client: AsgiClient):
    for accept in ((), (("Accept", "*/*"),), (("Accept", "application/json"),)):
        reply = await client.send("GET", "/nothing", accept)
        assert (reply.status, reply.header("content-type")) == (404, "application/problem+json")
        assert reply.code == "not_found"
    posted = await client.send("POST", "/nothing", BROWSER)
    assert (posted.status, posted.code) == (404, "not_found")


async def test_an_address_of_ours_answers_a_browser_as_it_answers_anybody(client: AsgiClient):
    assert (await client.send("GET", "/healthz", BROWSER)).json() == {"status": "ok"}
    assert (await client.send("GET", "/v1/me", BROWSER)).header("content-type") == "application/problem+json"


async def test_counts_who_is_lost_without_their_address(door: Door, client: AsgiClient):
    await client.send("GET", "/some/secret?key=BCDFG", BROWSER)
    page = (await AsgiClient(door.app, address="127.0.0.1").send("GET", "/metrics")).body.decode()
    assert 'mooring_requests_total{method="GET",route="(unknown)",status="404"} 1.0' in page.splitlines()
    assert 'mooring_refusals_total{code="not_found"} 1.0' in page.splitlines()
    assert "secret" not in page


async def test_serves_a_status_list_and_tells_who_has_it_already(client: AsgiClient, door: Door):
    reply = await client.send("GET", "/v1/status-lists/1")
    assert (reply.status, reply.body) == (200, b"a.status.list")
    assert reply.header("content-type") == "application/statuslist+jwt"
    assert reply.header("cache-control") == "public, max-age=60"
    tag = reply.header("etag")
    for known in (tag, f'"other", {tag}', f"W/{tag}"):
        same = await client.send("GET", "/v1/status-lists/1", (("If-None-Match", known),))
        assert (same.status, same.body, same.header("etag")) == (304, b"", tag)
    door.stand_ins.status_lists[1] = "another.status.list"
    assert (await client.send("GET", "/v1/status-lists/1", (("If-None-Match", tag),))).status == 200


@pytest.mark.parametrize("number", ["2", "01", "-1", "x", "1e3", "9999999999", "%31%00", "٣"])
async def test_a_status_list_that_is_none_is_not_found(client: AsgiClient, number: str):
    path = "/v1/status-lists/" + number.encode().decode("latin-1")
    assert (await client.send("GET", path)).code == "not_found"


async def test_the_document_tells_of_everything(client: AsgiClient):
    reply = await client.send("GET", "/openapi.json")
    document = reply.json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        "/v1/activations",
        "/v1/activations/{id}",
        "/v1/activations/{id}/renewals",
        "/v1/activations/{id}/link",
        "/v1/me",
        "/v1/me/claims",
        "/v1/me/devices",
        "/v1/me/devices/free-all",
        "/v1/me/devices/{id}",
        "/v1/me/events",
        "/v1/me/privacy",
        "/v1/me/windows",
        "/v1/me/windows/{device}",
        "/v1/me/handovers",
        "/v1/me/handovers/{id}",
        "/v1/me/handovers/{id}/accept",
        "/v1/me/handovers/{id}/decline",
        "/v1/me/licenses",
        "/v1/me/reactivations",
        "/v1/me/reactivations/candidates",
        "/v1/validations",
        "/v1/status-lists/{n}",
        "/",
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/problems/{code}",
    }
    activate = document["paths"]["/v1/activations"]["post"]
    assert {"200", "201", "400", "401", "403", "404", "409", "413", "415", "422", "429", "503"} <= set(
        activate["responses"]
    )
    conflict = activate["responses"]["409"]
    assert "`seat_limit_reached`" in conflict["description"]
    assert "application/problem+json" in conflict["content"]
    assert activate["security"] == [{"deviceProof": []}, {"deviceProof": [], "accessToken": []}]
    assert document["paths"]["/v1/me"]["get"]["security"] == [{"deviceProof": [], "accessToken": []}]
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)


async def test_every_reference_in_the_document_leads_somewhere(client: AsgiClient):
    text = (await client.send("GET", "/openapi.json")).body.decode()
    document = (await client.send("GET", "/openapi.json")).json()
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in document["components"]["schemas"]


async def test_tells_a_fault_of_the_site_in_the_same_way(client: AsgiClient, monkeypatch):
    monkeypatch.setattr("mooring.server.web.site.json_answer", lambda *_: 1 / 0)
    reply = await client.send("GET", "/healthz")
    assert (reply.status, reply.json()["type"]) == (500, "about:blank")
    assert reply.json()["request"] == reply.header("request-id")


async def test_a_failing_chore_does_not_stop_the_others(door: Door):
    done = []

    async def broken(*, at):
        raise RuntimeError

    async def away(*, at):
        raise DatabaseUnavailable

    async def works(*, at):
        done.append(at)
        return 0

    object.__setattr__(door.services, "housekeeping", (broken, away, works))
    await door.app.tidy_up()
    assert done == [door.clock.at]


async def test_idempotent_requests_over_http(door: Door, device: SimulatedDevice):
    key = (("Idempotency-Key", "k-1"),)
    first = await device.activate(headers=key)
    again = await device.activate(headers=key)
    assert (again.status, again.body) == (first.status, first.body)
    assert again.header("idempotent-replayed") == "true"
    assert again.header("dpop-nonce")
    assert len(door.stand_ins.asked) == 1
    conflict = await device.activate(headers=key, trial=True)
    assert (conflict.status, conflict.code) == (422, "idempotency_conflict")
    for bad in ("", "x" * 256, "a b", "é"):
        refused = await device.activate(headers=(("Idempotency-Key", bad),))
        assert (refused.status, refused.json()["member"]) == (400, "Idempotency-Key")
