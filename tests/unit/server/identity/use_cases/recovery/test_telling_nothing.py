"""Whether an address has an account is told by no answer, and by no time: the same work is done for each."""

from collections import Counter
from contextlib import asynccontextmanager

import pytest

from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
from mooring.server.identity.use_cases.accounts.messages import SignInAttempt
from mooring.server.identity.use_cases.recovery.ask_reset import AskReset
from mooring.server.identity.use_cases.recovery.begin_sign_up import BeginSignUp
from mooring.server.identity.use_cases.recovery.limits import MailLimits
from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
from mooring.server.identity.use_cases.recovery.messages import Wish
from mooring.server.record.outbox.writing import Outbox
from tests.support.accounts import EMAIL, HERE, PASSWORD, TOKEN_SECRETS, QuickPasswords, an_account
from tests.support.certificates import AT
from tests.support.databases import a_database

SECRETS = Secrets(bytes(range(32)))
NOBODY = "eve@outlook.example"


class Counting:
    """A database that counts what is asked of it, by kind."""

    def __init__(self, inner):
        self._inner = inner
        self.work = Counter()

    @asynccontextmanager
    async def transaction(self):
        self.work["transaction"] += 1
        async with self._inner.transaction() as transaction:
            yield _Counted(transaction, self.work)


class _Counted:
    def __init__(self, inner, work):
        self._inner = inner
        self._work = work

    def __getattr__(self, name):
        kind = {"execute": "written", "later": "written"}.get(name, "read")
        self._work[kind] += 1
        return getattr(self._inner, name)


@pytest.fixture
async def database(tmp_path):
    async with a_database("sqlite", tmp_path) as opened:
        yield Counting(opened)


@pytest.fixture
async def store(database):
    recoveries = StoredRecoveries(database, SECRETS, Outbox(SECRETS))
    async with recoveries.changing() as writer:
        await writer.add_account(an_account(verified_at=AT), "old:a password")
    return recoveries


async def work_of(database, start):
    database.work.clear()
    await start()
    return dict(database.work)


async def test_signing_up_is_the_same_work_with_and_without_an_account(database, store):
    passwords, budgets = QuickPasswords(), MemoryBudgets()
    desk = MailDesk(TOKEN_SECRETS, ServerSealedTexts(SECRETS), "https://licenses.example")
    limits = {"sign_in_limits": SignInLimits(budgets), "limits": MailLimits(budgets)}
    begin = BeginSignUp(store, passwords, TOKEN_SECRETS, desk, **limits)
    seen = []
    for email in (EMAIL, NOBODY):
        attempt = SignInAttempt(email=email, password=PASSWORD, address=HERE)
        before = passwords.work
        work = await work_of(database, lambda a=attempt: begin(a, language="en", onward="/", at=AT))
        seen.append((work, passwords.work - before))
    assert seen == [({"transaction": 1, "read": 1, "written": 2}, 1)] * 2


async def test_asking_for_a_reset_is_the_same_work_with_and_without_an_account(database, store):
    desk = MailDesk(TOKEN_SECRETS, ServerSealedTexts(SECRETS), "https://licenses.example")
    ask = AskReset(store, desk, MailLimits(MemoryBudgets()))
    seen = []
    for email in (EMAIL, NOBODY):
        wish = Wish(email=email, address=HERE, language="en")
        seen.append(await work_of(database, lambda w=wish: ask(w, at=AT)))
    assert seen == [{"transaction": 1, "read": 1, "written": 2}] * 2
