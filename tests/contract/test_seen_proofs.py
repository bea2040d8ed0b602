"""What everyone who remembers proofs promises: one process's memory, and the database of many."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import URL

from mooring.core.jose.keys import SigningKey
from mooring.core.proof.verify import VerifiedProof
from mooring.core.refusals import DeviceProofInvalid
from mooring.server.foundation.database.port import DatabaseUnavailable, OutcomeUnknown, Row
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.statement import Statement
from mooring.server.web.http.proofs import stored
from mooring.server.web.http.proofs.nonces import NONCE_STEP
from mooring.server.web.http.proofs.seen import RememberedProofs, SeenProofs
from mooring.server.web.http.proofs.stored import STEPS_KEPT, StoredProofs
from mooring.server.web.http.tables import seen_proofs
from tests.support.postgresql import a_postgresql, cluster
from tests.support.web_apps import NOON

KEY = SigningKey.generate("ES256").public
STEP = int(NOON.timestamp()) // NONCE_STEP


@pytest.fixture(scope="module")
def url() -> Iterator[URL]:
    with a_postgresql() as url:
        yield url


@pytest.fixture
async def database(url: URL) -> AsyncIterator[PostgresqlDatabase]:
    cluster().sql("DELETE FROM seen_proofs", database=url.database)
    async with AsyncExitStack() as stack:
        database = PostgresqlDatabase(url)
        stack.push_async_callback(database.close)
        yield database


@pytest.fixture(params=["remembered", "stored"])
def seen(request: pytest.FixtureRequest, database: PostgresqlDatabase) -> SeenProofs:
    return RememberedProofs() if request.param == "remembered" else StoredProofs(database)


def a_proof(jti: str, jkt: str = "thumbprint") -> VerifiedProof:
    return VerifiedProof(KEY, jkt, jti, NOON, "nonce")


async def is_new(seen: SeenProofs, proof: VerifiedProof, step: int = STEP, *, changes: bool = True) -> bool:
    try:
        await seen.use(proof, step, changes=changes)
    except DeviceProofInvalid as refusal:
        return refusal.why != "replayed"
    return True


def kept(url: URL) -> int:
    return cluster().sql("SELECT count(*) FROM seen_proofs", database=url.database)[0][0]


@pytest.mark.parametrize("changes", [True, False])
async def test_a_proof_is_good_once(seen: SeenProofs, changes: bool):
    assert await is_new(seen, a_proof("one"), changes=changes)
    assert not await is_new(seen, a_proof("one"), changes=changes)
    assert await is_new(seen, a_proof("two"), changes=changes)
    assert await is_new(seen, a_proof("one", "another's"), changes=changes)


async def test_of_many_at_once_one_passes(seen: SeenProofs):
    proofs = [a_proof(f"jti-{number % 40}") for number in range(400)]
    passed = await asyncio.gather(*(is_new(seen, proof) for proof in proofs))
    assert sum(passed) == 40
    assert passed[:40] == [True] * 40  # the first of each


async def test_what_one_server_has_seen_the_other_knows(database: PostgresqlDatabase):
    here, there = StoredProofs(database), StoredProofs(database)
    assert await is_new(here, a_proof("one"))
    assert not await is_new(there, a_proof("one"))
    passed = await asyncio.gather(*(is_new(seen, a_proof("two")) for seen in (here, there) * 10))
    assert sum(passed) == 1


async def test_servers_write_in_one_order_whatever_order_they_are_asked_in(
    database: PostgresqlDatabase, monkeypatch: pytest.MonkeyPatch
):
    """Else two that are shown the same proofs in another order wait for each other: a deadlock."""
    written: list[list[tuple[int, bytes]]] = []
    at_once = PostgresqlDatabase.at_once

    async def noted(database: PostgresqlDatabase, statement: Statement, /, **values: Any) -> list[Row]:
        written.append(list(zip(values["steps"], values["names"], strict=True)))
        return await at_once(database, statement, **values)

    monkeypatch.setattr(PostgresqlDatabase, "at_once", noted)
    here, there = StoredProofs(database), StoredProofs(database)
    proofs = [a_proof(f"jti-{number}") for number in range(40)]
    await asyncio.gather(*(is_new(here, proof) for proof in proofs))
    await asyncio.gather(*(is_new(there, proof) for proof in reversed(proofs)))
    first, second = written
    assert len(first) == 40
    assert first == second == sorted(first)


async def test_what_only_reads_costs_the_database_nothing(database: PostgresqlDatabase, url: URL):
    seen = StoredProofs(database)
    assert await is_new(seen, a_proof("a reader"), changes=False)
    assert kept(url) == 0
    assert await is_new(seen, a_proof("a writer"))
    assert kept(url) == 1


async def test_writes_more_than_fit_in_one_statement(
    database: PostgresqlDatabase, url: URL, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stored, "MOST_AT_ONCE", 7)
    seen = StoredProofs(database)
    passed = await asyncio.gather(*(is_new(seen, a_proof(str(number))) for number in range(50)))
    assert passed == [True] * 50
    assert kept(url) == 50
    assert not await is_new(seen, a_proof("49"))


async def test_who_went_away_meanwhile_keeps_nobody_else_from_passing(database: PostgresqlDatabase):
    seen = StoredProofs(database)
    first, second = (asyncio.create_task(is_new(seen, a_proof(jti))) for jti in ("one", "two"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second
    with pytest.raises(asyncio.CancelledError):
        await first
    assert not await is_new(seen, a_proof("one"))  # it may have been used


async def test_lets_nothing_pass_that_it_cannot_remember(database: PostgresqlDatabase):
    seen = StoredProofs(database)
    await database.close()
    unsure = await asyncio.gather(
        *(seen.use(a_proof(jti), STEP, changes=True) for jti in ("one", "two")), return_exceptions=True
    )
    assert {type(error) for error in unsure} == {DatabaseUnavailable}


@pytest.mark.parametrize("is_written", [True, False])
async def test_calls_nobody_a_repeater_whose_proof_it_may_have_written_itself(
    database: PostgresqlDatabase, monkeypatch: pytest.MonkeyPatch, is_written: bool
):
    """A connection that breaks does not tell whether the row is there. Whoever asks again makes a new one."""
    at_once = PostgresqlDatabase.at_once

    async def breaks(database: PostgresqlDatabase, statement: Statement, /, **values: Any) -> list[Row]:
        monkeypatch.setattr(PostgresqlDatabase, "at_once", at_once)
        if is_written:
            await at_once(database, statement, **values)
        raise OutcomeUnknown

    monkeypatch.setattr(PostgresqlDatabase, "at_once", breaks)
    seen = StoredProofs(database)
    [outcome] = await asyncio.gather(seen.use(a_proof("one"), STEP, changes=True), return_exceptions=True)
    assert type(outcome) is (DatabaseUnavailable if is_written else type(None))
    assert not await is_new(seen, a_proof("one"))


async def test_waits_for_the_disk_with_what_matters_and_with_proofs_not(
    database: PostgresqlDatabase, url: URL
):
    """The trigger runs as part of the commit, and notes what the commit goes by."""
    cluster().sql(*_NOTE_THE_COMMIT, database=url.database)
    try:
        assert await is_new(StoredProofs(database), a_proof("one"))
        async with database.transaction() as transaction:
            await transaction.execute(_ADD_PLAINLY, step=STEP, name=b"two")
        noted = cluster().sql("SELECT value FROM noted", database=url.database)
        assert [row["value"] for row in noted] == ["off", "on"]
    finally:
        cluster().sql("DROP FUNCTION note CASCADE", "DROP TABLE noted", database=url.database)


_ADD_PLAINLY = Statement(insert(seen_proofs))
_NOTE_THE_COMMIT = (
    "CREATE TABLE noted (value text)",
    """CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO noted VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$""",
    """CREATE CONSTRAINT TRIGGER note AFTER INSERT ON seen_proofs DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION note()""",
)


@pytest.mark.parametrize("at_once", [3, 10_000])
async def test_forgets_what_no_nonce_can_bring_back(
    database: PostgresqlDatabase, url: URL, monkeypatch: pytest.MonkeyPatch, at_once: int
):
    monkeypatch.setattr(stored, "MOST_FORGOTTEN_AT_ONCE", at_once)
    seen = StoredProofs(database)
    for age in range(STEPS_KEPT + 3):
        for jti in ("one", "two"):
            await seen.use(a_proof(jti), STEP - age, changes=True)
    assert await seen.forget_old(at=NOON) == 2 * 3
    assert kept(url) == 2 * STEPS_KEPT
    assert not await is_new(seen, a_proof("one"), STEP - STEPS_KEPT + 1)
    assert await seen.forget_old(at=later(NOON)) == 2
    assert await seen.forget_old(at=later(NOON)) == 0


def later(at: datetime) -> datetime:
    return datetime.fromtimestamp(at.timestamp() + NONCE_STEP, at.tzinfo)
