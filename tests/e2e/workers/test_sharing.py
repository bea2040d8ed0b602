"""Servers that share a database agree: on proofs, on repeated requests, on who is signed in."""

import asyncio
import json
from collections import Counter

import pytest

from tests.e2e.workers.conftest import MakeServer
from tests.support.computers import a_computer
from tests.support.devices import SimulatedDevice
from tests.support.oauth_devices import OAuthDevice
from tests.support.servers import Server
from tests.support.visitors import Visitor, path_of


class Pair:
    """Two servers as on two machines: one database, one secret, one address that devices know."""

    def __init__(self, here: Server, there: Server) -> None:
        self.here = here
        self.there = there

    def device(self, number: int) -> tuple[SimulatedDevice, SimulatedDevice]:
        """Return one device twice: as it speaks to one server, and to the other."""
        computer = a_computer(number)
        here, there = self.here.device(computer=computer), self.here.device(computer=computer)
        there.key, there.client = here.key, self.there.client()
        return here, there


@pytest.fixture(scope="module")
def pair(served: MakeServer) -> Pair:
    here = served(2)
    here.found()
    shared = {"MOORING_DATABASE_URL", "MOORING_PUBLIC_URL", "MOORING_DATA_DIR"}
    there = Server(here.folder, workers=1, **{name: here.environ[name] for name in shared})
    here.start()
    there.start()
    yield Pair(here, there)
    there.stop()


@pytest.fixture(scope="module")
def keys(pair: Pair):
    return iter(pair.here.mint(12))


async def test_a_nonce_of_one_server_is_good_at_the_other(pair: Pair, keys):
    here, there = pair.device(1)
    assert (await here.activate(next(keys))).status == 201
    there.nonce, there.activation_id, there.sequence = here.nonce, here.activation_id, here.sequence
    body = json.dumps({"sequence": there.sequence, "hardware": there.hardware()}).encode()
    path = f"/v1/activations/{there.activation_id}/renewals"
    reply = await there.signed_once("POST", path, body, headers=(("Content-Type", "application/json"),))
    assert reply.status == 200, reply.body


async def test_a_proof_is_good_at_one_server_only(pair: Pair, keys):
    here, there = pair.device(2)
    assert (await here.activate(next(keys))).status == 201
    path = f"/v1/activations/{here.activation_id}"
    proof = (("DPoP", here.proof("DELETE", path)),)
    assert (await there.client.send("DELETE", path, proof)).status == 204
    again = await here.client.send("DELETE", path, proof)
    assert (again.status, again.json()["why"]) == (401, "replayed")


async def test_of_a_proof_sent_to_all_at_once_one_passes(pair: Pair, keys):
    here, there = pair.device(3)
    assert (await here.activate(next(keys))).status == 201
    path = f"/v1/activations/{here.activation_id}"
    proof = (("DPoP", here.proof("DELETE", path)),)
    clients = [device.client for device in (here, there) for _ in range(15)]
    replies = await asyncio.gather(*(client.send("DELETE", path, proof) for client in clients))
    assert Counter(reply.status for reply in replies) == {204: 1, 401: 29}
    assert {reply.json()["why"] for reply in replies if reply.status == 401} == {"replayed"}


async def test_a_proof_stays_used_when_all_servers_start_again(pair: Pair, keys):
    here, _ = pair.device(4)
    assert (await here.activate(next(keys))).status == 201
    path = f"/v1/activations/{here.activation_id}"
    proof = (("DPoP", here.proof("DELETE", path)),)
    assert (await here.client.send("DELETE", path, proof)).status == 204
    await asyncio.to_thread(lambda: (pair.there.stop(), pair.there.start()))
    again = await pair.there.client().send("DELETE", path, proof)
    assert (again.status, again.json()["why"]) == (401, "replayed")


async def test_a_request_with_an_idempotency_key_runs_at_one_server_only(pair: Pair, keys):
    here, there = pair.device(5)
    await here.activate("BBBBB-BBBBB-BBBBB-BBBBB-BBBBB")  # refused, and tells the nonce
    there.nonce = here.nonce
    key, headers = next(keys), (("Idempotency-Key", "the-same"),)
    devices = [here, there] * 5
    replies = await asyncio.gather(*(device.activate(key, headers=headers) for device in devices))
    assert {reply.status for reply in replies} == {201}  # run again it would be 200: the same activation
    assert len({reply.body for reply in replies}) == 1
    assert sum(reply.header("idempotent-replayed") is None for reply in replies) == 1
    with pair.here.looking() as look:
        (made,) = look.query(
            f"SELECT count(*) FROM events WHERE activation_id = '{here.activation_id}'"
            " AND kind = 'activation.created'"
        )[0]
    assert made == 1


async def test_the_key_of_a_request_with_another_body_conflicts_at_the_other_server(pair: Pair, keys):
    here, there = pair.device(6)
    headers = (("Idempotency-Key", "mine"),)
    assert (await here.activate(next(keys), headers=headers)).status == 201
    other = await there.activate(next(keys), headers=headers)
    assert (other.status, other.code) == (422, "idempotency_conflict")


async def test_a_person_signs_in_at_one_server_and_goes_on_at_the_other(pair: Pair):
    here, there = Visitor(pair.here.client()), Visitor(pair.there.client())
    there.cookies = here.cookies
    assert (await here.sign_up("mia@outlook.example")).status == 303
    shown = await there.get("/account")
    assert shown.status == 200
    assert "mia@outlook.example" in shown.body.decode()
    computer = pair.here.device(computer=a_computer(7))
    device = OAuthDevice(
        pair.there.client(), address=pair.here.address, salt=computer.salt, computer=computer.computer
    )
    codes = await device.begin(device_name="A computer of Mia's")
    page = path_of(codes["verification_uri_complete"])
    assert (await here.submit(page, "/device", decision="approve")).status == 200
    tokens = await device.poll(codes["device_code"])
    assert tokens.status == 200, tokens.body
    device.token, device.client = tokens.json()["access_token"], pair.here.client()
    assert (await device.signed("GET", "/v1/me")).status == 200
    # A form that one server showed is taken by the other, and signing out there ends it here.
    assert (await there.submit("/account", "/sign-out")).status == 303
    assert (await here.get("/account")).status == 303


async def test_housekeeping_is_done_by_one_of_them(pair: Pair):
    with pair.here.looking() as look:
        turns = look.query("SELECT ends_at > extract(epoch FROM now()) * 1000 FROM turns")
    assert turns == [(True,)]
