"""An authenticator: an app that shows codes which only it and we can know."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from mooring.server.identity.domain.credentials.one_time_codes import matching_step, new_secret, parse_code

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.session import SessionId


class SecondFactorWrong(Exception):
    """The code is not one that counts now: mistyped, late, or used before. Which is never told."""


class SecondFactorOn(Exception):
    """The account has an authenticator already; that one is removed before another is added."""


class SecondFactorOff(Exception):
    """The account has no authenticator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """The authenticator of an account.

    Attributes:
        account_id: Whose it is.
        secret: What the app and we share.
        created_at: When it was shown.
        confirmed_at: When a code of it was typed for the first time: only then it counts.
        last_step: The time step of the last code that was taken: no code counts twice.
    """

    account_id: AccountId
    secret: bytes = field(repr=False)
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0

    @property
    def is_on(self) -> bool:
        """Whether signing in asks for its codes."""
        return self.confirmed_at is not None

    def shown_in(self, session_id: SessionId) -> Self:
        """Return it as it is shown in this session, before it is confirmed: in no other it has this secret.

        Somebody else may be in the account just then. What they are shown is not what its owner confirms.
        """
        return replace(self, secret=hmac.digest(self.secret, session_id.encode(), "sha1"))

    def accept(self, typed: str, *, at: datetime) -> Self:
        """Return the authenticator after the code that was typed; the first one confirms it.

        Raises:
            SecondFactorWrong: The code is not of now, or it was taken before (RFC 6238, 5.2).
        """
        code = parse_code(typed)
        step = None if code is None else matching_step(self.secret, code, after=self.last_step, at=at)
        if step is None:
            raise SecondFactorWrong
        return replace(self, last_step=step, confirmed_at=self.confirmed_at or at)


def new_authenticator(account_id: AccountId, *, at: datetime) -> Authenticator:
    """Return an authenticator that nobody has confirmed yet."""
    return Authenticator(account_id=account_id, secret=new_secret(), created_at=at)
