"""Taking an account back, as its owner does by links in mails: a reset, and an address put back."""

from datetime import timedelta

from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.recovery.mail_token import Purpose
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
from mooring.server.identity.use_cases.recovery.reset_password import ResetPassword
from mooring.server.identity.use_cases.recovery.undo_change import UndoChange
from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits
from mooring.server.record.outbox.writing import Outbox
from tests.support.accounts import HERE, TOKEN_SECRETS, QuickPasswords
from tests.support.certificates import AT

SECRETS = Secrets(bytes(range(32)))
SEALED_TEXTS = ServerSealedTexts(SECRETS)
DESK = MailDesk(TOKEN_SECRETS, SEALED_TEXTS, "https://licenses.example")
LATER = AT + timedelta(seconds=10)  # codes are good for a minute
NEW = "another horse battery staple"


def recoveries(server):
    return StoredRecoveries(server.store.database, SECRETS, Outbox(SECRETS))


async def link(server, account, purpose):
    """Return what a link in a mail to the account's owner carries."""
    issued = DESK.issue(purpose, account.email, account_id=account.id, at=AT)
    async with recoveries(server).changing() as writer:
        await writer.add_mail_token(issued.token)
    return issued.shown


def resetting(server):
    limits = SecondFactorLimits(MemoryBudgets())
    return ResetPassword(recoveries(server), server.passwords, TOKEN_SECRETS, DESK, limits)


async def reset(server, account):
    shown = await link(server, account, Purpose.RESET)
    await resetting(server)(shown, NEW, "", address=HERE, at=LATER)


async def undo(server, account):
    await UndoChange(recoveries(server), DESK)(await link(server, account, Purpose.UNDO), at=LATER)


async def sign_devices_out(server, account):
    await server.end_all_grants(account.id, at=LATER)


class MeanwhilePasswords(QuickPasswords):
    """Hashes so slowly that ``meanwhile`` happens first, once, after a password was looked at or hashed."""

    def __init__(self):
        super().__init__()
        self.meanwhile = None

    async def matches(self, password, stored):
        right = await super().matches(password, stored)
        await self._happens()
        return right

    async def hash(self, password):
        hashed = await super().hash(password)
        await self._happens()
        return hashed

    async def _happens(self):
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
