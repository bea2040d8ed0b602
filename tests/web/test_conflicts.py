"""Whatever met another's transaction is run again, at each of the doors; nobody who asks notices."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from mooring.server.foundation.database.conflicts import TRIES
from mooring.server.foundation.database.port import Transaction, TransactionConflict
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.licensing.use_cases.activations.messages import Activated
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.sign_in.elsewhere import ElsewherePages
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.visit import Visit
from tests.support.clients import AsgiClient
from tests.support.devices import SimulatedDevice
from tests.support.oauth_devices import OAuthDevice
from tests.support.visitors import Visitor
from tests.support.web_apps import Door

MeetOthers = Callable[[int], list[int]]


@pytest.fixture
def meet_others(monkeypatch: pytest.MonkeyPatch) -> MeetOthers:
    """Let the next so many transactions meet others; give the numbers of those that were tried."""
    transaction = SqliteDatabase.transaction

    def meet(times: int) -> list[int]:
        tried: list[int] = []

        def begun(self: SqliteDatabase, *, durable: bool = True) -> AbstractAsyncContextManager[Transaction]:
            tried.append(len(tried))
            if len(tried) <= times:
                raise TransactionConflict("met another")
            return transaction(self, durable=durable)

        monkeypatch.setattr(SqliteDatabase, "transaction", begun)
        return tried

    return meet


async def test_an_activation_is_run_again(device: SimulatedDevice, door: Door):
    answers = [TransactionConflict("met another"), TransactionConflict("met another")]

    async def answer() -> Activated:
        if answers:
            raise answers.pop()
        return Activated({"id": "act_01hzy8k3m5n7p9q1r3s5t7v9w1"}, "a certificate", created=True)

    door.stand_ins.activate_answer = answer
    assert (await device.activate()).status == 201
    assert len(door.stand_ins.asked) == 3


async def test_one_that_always_meets_others_is_told_to_come_again(device: SimulatedDevice, door: Door):
    door.stand_ins.activate_answer = TransactionConflict("met another")
    reply = await device.activate()
    assert (reply.status, reply.code) == (503, "service_unavailable")
    assert int(reply.header("retry-after")) > 0
    assert len(door.stand_ins.asked) == TRIES


async def test_a_page_is_made_again_and_carries_its_cookies_once(door: Door, meet_others: MeetOthers):
    visitor = Visitor(AsgiClient(door.app))
    await visitor.get("/sign-up")
    tried = meet_others(2)
    reply = await visitor.sign_up("mia@outlook.example")
    assert reply.status == 303
    assert len(tried) >= 3
    cookies = [value.partition("=")[0] for name, value in reply.headers if name == "set-cookie"]
    assert len(cookies) == len(set(cookies)) > 0


async def test_a_step_of_oauth_is_taken_again(door: Door, meet_others: MeetOthers):
    device = OAuthDevice(AsgiClient(door.app), clock=door.clock.now)
    tried = meet_others(2)
    assert "device_code" in await device.begin()
    assert len(tried) == 3


@pytest.mark.parametrize(("once", "times"), [(True, 1), (False, TRIES)])
async def test_a_page_that_does_what_cannot_be_done_twice_is_made_once(
    door: Door, monkeypatch: pytest.MonkeyPatch, once: bool, times: int
):
    made = []

    async def handler(visit: Visit) -> Answer:
        made.append(visit)
        raise TransactionConflict("met another")

    monkeypatch.setattr("mooring.server.web.app.NOWHERE", {"GET": PageRoute("GET", "", handler, once=once)})
    reply = await AsgiClient(door.app).send("GET", "/nowhere", (("Accept", "text/html"),))
    assert (reply.status, len(made)) == (503, times)


def test_coming_back_from_a_provider_is_done_once():
    """The provider takes its code a single time."""
    pages = ElsewherePages(None, addresses=(), cookies=None, entrance=None, is_ours=bool)  # type: ignore[arg-type]
    assert [route.path for route in pages.routes() if route.once] == ["/cb/{provider}"]
