"""What is asked for is counted once, however often it met another's transaction and was run again."""

from contextlib import asynccontextmanager

import pytest

from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.port import DatabaseUnavailable, TransactionConflict
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.use_cases.accounts.limits import NEW_BY_PLACE, SignInLimits
from mooring.server.identity.use_cases.accounts.messages import SignInAttempt
from mooring.server.identity.use_cases.authorization.messages import DeviceRequest
from mooring.server.identity.use_cases.device_codes import begin_device_authorization
from mooring.server.identity.use_cases.recovery.ask_reset import AskReset
from mooring.server.identity.use_cases.recovery.begin_sign_up import BeginSignUp
from mooring.server.identity.use_cases.recovery.limits import BY_ADDRESS, BY_PLACE, MailLimits
from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
from mooring.server.identity.use_cases.recovery.messages import Wish
from mooring.server.identity.use_cases.recovery.prove_address import BeginProof
from mooring.server.record.outbox.writing import Outbox
from tests.support.accounts import (
    EMAIL,
    HERE,
    PASSWORD,
    TOKEN_SECRETS,
    QuickPasswords,
    a_kept_session,
    a_session,
    an_account,
)
from tests.support.budgets import left
from tests.support.certificates import AT
from tests.support.databases import a_database

SECRETS = Secrets(bytes(range(32)))
DESK = MailDesk(TOKEN_SECRETS, ServerSealedTexts(SECRETS), "https://licenses.example")
NEW = "eve@outlook.example"


class Busy:
    """A database whose next transactions meet others, or fail as it is told, when they commit."""

    def __init__(self, inner):
        self._inner = inner
        self.ends = []

    @asynccontextmanager
    async def transaction(self, *, durable=True):
        async with self._inner.transaction(durable=durable) as transaction:
            yield transaction
            if self.ends:
                raise self.ends.pop()

    def reading(self, *, stale=False):
        return self._inner.reading(stale=stale)


@pytest.fixture
async def database(tmp_path):
    async with a_database("sqlite", tmp_path) as opened:
        yield Busy(opened)


@pytest.fixture
async def store(database):
    recoveries = StoredRecoveries(database, SECRETS, Outbox(SECRETS))
    async with recoveries.changing() as writer:
        await writer.add_account(an_account(), "old:a password")
    return recoveries


def asked_again(store, budgets, session):
    """Return what people ask for, and whose mails it is counted as."""
    limits = MailLimits(budgets)
    proof = BeginProof(store, DESK, limits)
    begin = BeginSignUp(
        store, QuickPasswords(), TOKEN_SECRETS, DESK, sign_in_limits=SignInLimits(budgets), limits=limits
    )
    attempt = SignInAttempt(email=NEW, password=PASSWORD, address=HERE)
    reset = AskReset(store, DESK, limits)
    return {
        "sign-up": (NEW, lambda: begin(attempt, language="en", onward="/", at=AT)),
        "reset": (EMAIL, lambda: reset(wish(EMAIL), at=AT)),
        "proof": (EMAIL, lambda: proof.verify(wish(EMAIL), session=session, at=AT)),
        "change": (NEW, lambda: proof.change(wish(NEW), session=session, at=AT)),
    }


def wish(email):
    return Wish(email=email, address=HERE, language="en")


async def mails(budgets, email):
    """Return how many mails were counted, for the address and from the place."""
    of_address = await left(budgets, BY_ADDRESS, parse_email_address(email).key)
    return 20 - of_address, 200 - await left(budgets, BY_PLACE, HERE)


@pytest.mark.parametrize("what", ["sign-up", "reset", "proof", "change"])
async def test_a_mail_that_met_another_is_counted_once(database, store, what):
    budgets, session = MemoryBudgets(), await a_kept_session(store, (await the_account(store)).id)
    email, ask = asked_again(store, budgets, session)[what]
    database.ends = [TransactionConflict("met another")] * 2
    await through_conflicts(ask)
    assert database.ends == []
    assert await mails(budgets, email) == (1, 1)
    assert 2000 - await left(budgets, NEW_BY_PLACE, HERE) == (what == "sign-up")


async def test_one_that_may_have_been_sent_is_counted(database, store):
    """A commit of which nobody knows the end may have sent it."""
    budgets = MemoryBudgets()
    email, ask = asked_again(store, budgets, a_session(await the_account(store)))["reset"]
    database.ends = [DatabaseUnavailable("gone")]
    with pytest.raises(DatabaseUnavailable):
        await through_conflicts(ask)
    assert await mails(budgets, email) == (1, 1)


async def test_codes_for_a_device_that_met_another_are_counted_once(database):
    budgets = MemoryBudgets()
    begin = begin_device_authorization.BeginDeviceAuthorization(
        StoredAuthorizations(database), TOKEN_SECRETS, budgets
    )
    request = DeviceRequest(jkt="key", address=HERE, client_id="mooring-device")
    database.ends = [TransactionConflict("met another")] * 2
    await through_conflicts(lambda: begin(request, at=AT))
    assert database.ends == []
    assert 20 - await left(budgets, begin_device_authorization.BY_KEY, "key") == 1
    assert 3000 - await left(budgets, begin_device_authorization.BY_PLACE, HERE) == 1


async def the_account(store):
    async with store.reading() as reader:
        return await reader.account_at(parse_email_address(EMAIL).key)
