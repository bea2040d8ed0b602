"""The mail desk: makes what a mail stands for, and judges what comes back of it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

from mooring.server.identity.domain.recovery.mail_token import (
    LASTS,
    NOTHING,
    MailCodeWrong,
    MailToken,
    MailTokenOver,
    Purpose,
    new_mail_code,
)
from mooring.server.identity.domain.secret_tokens import LONGEST, TokenKind, new_token
from mooring.server.identity.ports.sealed_texts import NotSealedByUs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.email_address import EmailAddress
    from mooring.server.identity.ports.recovery import RecoveryReader, RecoveryWriter
    from mooring.server.identity.ports.sealed_texts import SealedTexts
    from mooring.server.identity.ports.token_secrets import TokenSecrets

SIGN_UP_LINK: Final = "/sign-up/confirm"
ADDRESS_LINK: Final = "/account/security/address/confirm"
RESET_LINK: Final = "/reset-password"
UNDO_LINK: Final = "/undo-address"
_PAGES: Final = {
    Purpose.SIGN_UP: SIGN_UP_LINK,
    Purpose.VERIFY: ADDRESS_LINK,
    Purpose.CHANGE: ADDRESS_LINK,
    Purpose.RESET: RESET_LINK,
    Purpose.UNDO: UNDO_LINK,
}
_TICKET: Final = "mail-ticket"
_DIGITS: Final = 6


class Ticket(NamedTuple):
    """What the browser holds in which a code is to be typed: of which mail it is. It opens nothing."""

    token_hash: bytes
    purpose: Purpose
    email: str
    """Where the mail goes, as it was typed."""


class Issued(NamedTuple):
    """A mail token, and what only its mail tells."""

    token: MailToken
    shown: str
    """What the link carries."""
    link: str
    code: str


class MailDesk:
    """Issues mail tokens for the pages of one site."""

    def __init__(self, secrets: TokenSecrets, sealed_texts: SealedTexts, site: str) -> None:
        """Lead to pages of ``site``, the server's address without a slash at its end."""
        self._secrets = secrets
        self._sealed_texts = sealed_texts
        self.site = site

    def issue(
        self,
        purpose: Purpose,
        email: EmailAddress,
        *,
        account_id: AccountId | None = None,
        values: Mapping[str, str] = NOTHING,
        is_real: bool = True,
        lasts: timedelta = LASTS,
        at: datetime,
    ) -> Issued:
        """Return a new mail token; of one that is not real no code is right, and no link is sent."""
        shown, code = new_token(), new_mail_code()
        token_hash = self._secrets.hash(shown, TokenKind.MAIL_LINK)
        token = MailToken(
            token_hash=token_hash,
            purpose=purpose,
            email=email,
            account_id=account_id,
            code_hash=self._code_hash(token_hash, code) if is_real else None,
            values=values,
            created_at=at,
            ends_at=at + lasts,
        )
        return Issued(token, shown, f"{self.site}{_PAGES[purpose]}?token={quote(shown)}", code)

    def give_ticket(self, token: MailToken) -> str:
        """Return the ticket of ``token``, sealed for its browser to hold."""
        content = {
            "token": urlsafe_b64encode(token.token_hash).decode(),
            "purpose": token.purpose.value,
            "email": token.email.text,
        }
        return self._sealed_texts.seal(json.dumps(content), _TICKET)

    def read_ticket(self, held: str | None, *purposes: Purpose) -> Ticket:
        """Return the ticket that a browser holds.

        Raises:
            MailTokenOver: It holds none for any of ``purposes``.
        """
        try:
            content = json.loads(self._sealed_texts.unseal(held or "", _TICKET))
        except NotSealedByUs:
            raise MailTokenOver from None
        token_hash = urlsafe_b64decode(content["token"])
        ticket = Ticket(token_hash, Purpose(content["purpose"]), content["email"])
        if ticket.purpose not in purposes:
            raise MailTokenOver
        return ticket

    async def find(self, reader: RecoveryReader, shown: str, *purposes: Purpose, at: datetime) -> MailToken:
        """Return the open mail token whose link carries ``shown``.

        Raises:
            MailTokenOver: There is none.
        """
        if not shown or len(shown) > LONGEST:
            raise MailTokenOver
        return await self.open(reader, self._secrets.hash(shown, TokenKind.MAIL_LINK), *purposes, at=at)

    async def open(
        self, reader: RecoveryReader, token_hash: bytes, *purposes: Purpose, at: datetime
    ) -> MailToken:
        """Return the open mail token with this hash.

        Raises:
            MailTokenOver: There is none.
        """
        token = await reader.mail_token(token_hash)
        if token is None or token.purpose not in purposes or not token.is_open(at=at):
            raise MailTokenOver
        return token

    def has_code(self, token: MailToken, typed: str) -> bool:
        """Tell whether ``typed`` is the code of ``token``, in any spacing."""
        digits = "".join(symbol for symbol in typed[:64] if not symbol.isspace() and symbol != "-")
        return len(digits) == _DIGITS and token.has_code(self._code_hash(token.token_hash, digits))

    def _code_hash(self, token_hash: bytes, code: str) -> bytes:
        return self._secrets.hash(f"{token_hash.hex()} {code}", TokenKind.MAIL_CODE)


async def use(writer: RecoveryWriter, token: MailToken, *, at: datetime) -> None:
    """Use ``token`` up, as part of the writer's transaction."""
    await writer.save_mail_token(token.used(at=at))


async def count_wrong(writer: RecoveryWriter, token: MailToken) -> MailCodeWrong | MailTokenOver:
    """Count a wrong try, as part of the writer's transaction, and return what to raise once that is kept."""
    tried = token.tried()
    await writer.save_mail_token(tried)
    return MailCodeWrong(tried.tries_left) if tried.tries_left else MailTokenOver()
