"""Idempotency: the same request again gets the same answer again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mooring.core.refusals import IdempotencyConflict
from mooring.server.foundation.database import sweeping
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.foundation.database.sqlite import SqliteDatabase
from mooring.server.foundation.turns.alone import TurnsAlone
from mooring.server.foundation.turns.port import Turn
from mooring.server.web.http import idempotency
from mooring.server.web.http.idempotency import TURN_LASTS, Idempotency
from mooring.server.web.http.requests import Answer
from tests.support.databases import an_empty_database
from tests.support.web_apps import NOON

SCOPE = ("caller", "POST", "/v1/activations", "key-1")
HASH = bytes(32)
JSON = ((b"content-type", b"application/json"), (b"ratelimit", b"x"))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = an_empty_database(tmp_path)
    yield database
    await database.close()


class Once:
    """A request that counts how often it is really answered."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses) or [201]
        self.count = 0
        self.asked = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> Answer:
        self.count += 1
        self.asked.set()
        await self.gate.wait()
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return Answer(status, b'{"answer": %d}' % self.count, JSON)


async def test_repeats_the_answer_it_gave(database: SqliteDatabase):
    once = Once()
    first = await Idempotency(database, TurnsAlone()).once(SCOPE, HASH, at=NOON, answer=once)
    again = await Idempotency(database, TurnsAlone()).once(
        SCOPE, HASH, at=NOON + timedelta(hours=23), answer=once
    )
    assert once.count == 1
    assert (again.status, again.body) == (first.status, first.body) == (201, b'{"answer": 1}')
    assert (b"content-type", b"application/json") in again.headers
    assert (b"idempotent-replayed", b"true") in again.headers
    assert (b"ratelimit", b"x") not in again.headers


@pytest.mark.parametrize("place", range(4))
async def test_another_caller_route_or_key_is_another_request(database: SqliteDatabase, place: int):
    idempotency, once = Idempotency(database, TurnsAlone()), Once()
    await idempotency.once(SCOPE, HASH, at=NOON, answer=once)
    other = tuple("another" if number == place else part for number, part in enumerate(SCOPE))
    await idempotency.once(other, HASH, at=NOON, answer=once)
    assert once.count == 2


async def test_refuses_the_key_for_another_body(database: SqliteDatabase):
    idempotency, once = Idempotency(database, TurnsAlone()), Once()
    await idempotency.once(SCOPE, HASH, at=NOON, answer=once)
    with pytest.raises(IdempotencyConflict):
        await idempotency.once(SCOPE, b"\1" * 32, at=NOON, answer=once)
    assert once.count == 1


@pytest.mark.parametrize("status", [409, 404, 422, 403])
async def test_a_refusal_is_a_final_answer(database: SqliteDatabase, status: int):
    idempotency, once = Idempotency(database, TurnsAlone()), Once(status)
    for _ in range(2):
        assert (await idempotency.once(SCOPE, HASH, at=NOON, answer=once)).status == status
    assert once.count == 1


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_what_may_be_different_next_time_is_not_kept(database: SqliteDatabase, status: int):
    idempotency, once = Idempotency(database, TurnsAlone()), Once(status, 201)
    assert (await idempotency.once(SCOPE, HASH, at=NOON, answer=once)).status == status
    assert (await idempotency.once(SCOPE, HASH, at=NOON, answer=once)).status == 201
    assert once.count == 2


async def test_after_a_day_it_is_a_new_request(database: SqliteDatabase):
    idempotency, once = Idempotency(database, TurnsAlone()), Once()
    await idempotency.once(SCOPE, HASH, at=NOON, answer=once)
    await idempotency.once(SCOPE, b"\1" * 32, at=NOON + timedelta(hours=24), answer=once)
    assert once.count == 2


async def test_duplicates_that_come_together_wait_for_the_first(database: SqliteDatabase):
    idempotency, once = Idempotency(database, TurnsAlone()), Once()
    once.gate.clear()
    asked = [asyncio.create_task(idempotency.once(SCOPE, HASH, at=NOON, answer=once)) for _ in range(20)]
    await once.asked.wait()
    once.gate.set()
    answers = await asyncio.gather(*asked)
    assert once.count == 1
    assert {answer.body for answer in answers} == {b'{"answer": 1}'}


async def test_when_the_first_fails_the_next_tries(database: SqliteDatabase):
    idempotency = Idempotency(database, TurnsAlone())
    tries = []

    async def answer() -> Answer:
        tries.append(1)
        await asyncio.sleep(0)
        if len(tries) == 1:
            raise RuntimeError
        return Answer(201, b"{}", JSON)

    first = asyncio.create_task(idempotency.once(SCOPE, HASH, at=NOON, answer=answer))
    second = asyncio.create_task(idempotency.once(SCOPE, HASH, at=NOON, answer=answer))
    with pytest.raises(RuntimeError):
        await first
    assert (await second).status == 201
    assert idempotency._running == {}


async def test_prunes_what_is_a_day_old(database: SqliteDatabase):
    idempotency, once = Idempotency(database, TurnsAlone()), Once()
    await idempotency.once(SCOPE, HASH, at=NOON, answer=once)
    await idempotency.once((*SCOPE, "later"), HASH, at=NOON + timedelta(seconds=1), answer=once)
    assert await idempotency.prune(at=NOON + timedelta(hours=24)) == 1
    assert await idempotency.prune(at=NOON + timedelta(hours=24)) == 0
    await idempotency.once((*SCOPE, "later"), HASH, at=NOON + timedelta(seconds=1), answer=once)
    assert once.count == 2


async def test_prunes_piece_by_piece(database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch):
    """However many there are, no statement removes more than others can wait for."""
    monkeypatch.setattr(sweeping, "MOST_AT_ONCE", 2)
    idempotency, transaction, begun = Idempotency(database, TurnsAlone()), database.transaction, []
    for number in range(5):
        await idempotency.once((*SCOPE, str(number)), HASH, at=NOON, answer=Once())
    monkeypatch.setattr(database, "transaction", lambda **how: begun.append(how) or transaction(**how))
    assert await idempotency.prune(at=NOON + timedelta(hours=24)) == 5
    assert len(begun) == 3


class LongTurns:
    """Turns that tell when they are renewed, as often as they are told that it worked."""

    def __init__(self, *outcomes: bool | DatabaseUnavailable) -> None:
        self.outcomes = list(outcomes)
        self.renewed: list[timedelta] = []
        self.done = asyncio.Event()
        self.given_up = 0

    async def take(self, subject: str, *, lasts: timedelta) -> Turn | None:
        return Turn(subject.encode(), b"mine")

    async def renew(self, turn: Turn, *, lasts: timedelta) -> bool:
        self.renewed.append(lasts)
        outcome = self.outcomes.pop(0)
        if not self.outcomes:
            self.done.set()
        if isinstance(outcome, DatabaseUnavailable):
            raise outcome
        return outcome

    async def give_up(self, turn: Turn) -> None:
        self.given_up += 1


async def test_a_turn_lasts_as_long_as_the_request(database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch):
    lasts = timedelta(milliseconds=3)
    monkeypatch.setattr(idempotency, "TURN_LASTS", lasts)
    turns, once = LongTurns(True, DatabaseUnavailable("away"), True, False), Once()
    once.gate.clear()
    asked = asyncio.create_task(Idempotency(database, turns).once(SCOPE, HASH, at=NOON, answer=once))
    await turns.done.wait()
    assert not asked.done()
    once.gate.set()
    assert (await asked).status == 201
    assert turns.renewed == [lasts] * 4
    assert turns.given_up == 1


async def test_a_short_request_renews_nothing(database: SqliteDatabase):
    turns = LongTurns()
    await Idempotency(database, turns).once(SCOPE, HASH, at=NOON, answer=Once())
    assert (turns.renewed, turns.given_up) == ([], 1)


class OthersFirst:
    """Turns that others have for a while: each time that one is asked for, something happens at them."""

    def __init__(self, *happenings: Callable[[], Awaitable[object]]) -> None:
        self.happenings = list(happenings)
        self.given_up: list[Turn] = []

    async def take(self, subject: str, *, lasts: timedelta) -> Turn | None:
        assert lasts == TURN_LASTS
        if not self.happenings:
            return Turn(subject.encode(), b"mine")
        await self.happenings.pop(0)()
        return None

    async def give_up(self, turn: Turn) -> None:
        self.given_up.append(turn)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait before looking again."""
    monkeypatch.setattr(idempotency, "LOOKS_AGAIN_AFTER", 0)


async def nothing() -> None:
    """Happen not at all."""


async def test_waits_for_the_answer_of_another_server(database: SqliteDatabase, at_once: None):
    there, here = Once(), Once()

    async def answered_there() -> None:
        await Idempotency(database, TurnsAlone()).once(SCOPE, HASH, at=NOON, answer=there)

    turns = OthersFirst(nothing, answered_there)
    again = await Idempotency(database, turns).once(SCOPE, HASH, at=NOON, answer=here)
    assert (there.count, here.count) == (1, 0)
    assert (b"idempotent-replayed", b"true") in again.headers
    assert turns.given_up == []


async def test_runs_what_another_server_left_without_a_final_answer(database: SqliteDatabase, at_once: None):
    there, here = Once(503), Once()

    async def failed_there() -> None:
        await Idempotency(database, TurnsAlone()).once(SCOPE, HASH, at=NOON, answer=there)

    turns = OthersFirst(nothing, failed_there, nothing)
    answer = await Idempotency(database, turns).once(SCOPE, HASH, at=NOON, answer=here)
    assert (answer.status, there.count, here.count) == (201, 1, 1)
    assert [turn.holder for turn in turns.given_up] == [b"mine"]


async def test_an_answer_that_another_server_kept_meanwhile_does_no_harm(database: SqliteDatabase):
    """Its turn ended before it did: both ran, which is harmless, and the first answer is kept."""
    slow, quick = Once(), Once()
    slow.gate.clear()
    running = asyncio.create_task(Idempotency(database, TurnsAlone()).once(SCOPE, HASH, at=NOON, answer=slow))
    await slow.asked.wait()
    await Idempotency(database, TurnsAlone()).once(SCOPE, HASH, at=NOON, answer=quick)
    slow.gate.set()
    assert (await running).status == 201
    assert (await Idempotency(database, TurnsAlone()).once(SCOPE, HASH, at=NOON, answer=Once())).status == 201
    assert (slow.count, quick.count) == (1, 1)
