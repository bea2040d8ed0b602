"""Ask for a reset: a link to a new password goes to the account's mailbox, and nobody learns of either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.recovery.mail_token import Purpose
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.ports.recovery import Recoveries
    from mooring.server.identity.use_cases.recovery.limits import MailLimits
    from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
    from mooring.server.identity.use_cases.recovery.messages import Wish


class AskReset:
    """Sends the link, to the address as it was kept: two mailboxes may be found by one typed address."""

    def __init__(self, recoveries: Recoveries, desk: MailDesk, limits: MailLimits) -> None:
        self._recoveries = recoveries
        self._desk = desk
        self._limits = limits

    async def __call__(self, wish: Wish, *, at: datetime) -> None:
        """Send a link to a new password, if there is an account with this address.

        Raises:
            EmailMalformed: The address is none.
            RateLimited: There were too many.
        """
        email = parse_email_address(wish.email)
        asked = self._limits.ask(email.key, wish.address, at=at)
        async with asked, self._recoveries.changing() as writer:
            account = await writer.account_at(email.key)
            if account is None or account.email is None:
                # The same work as for an account, so that the time it takes tells nothing: one to be kept,
                # and one in the place of the mail. Their links go nowhere, and they end by themselves.
                for _ in range(2):
                    decoy = self._desk.issue(Purpose.RESET, email, is_real=False, at=at)
                    await writer.add_mail_token(decoy.token)
                return
            issued = self._desk.issue(Purpose.RESET, account.email, account_id=account.id, at=at)
            await writer.add_mail_token(issued.token)
            language = account.language or wish.language
            values = {"link": issued.link}
            mail = Mail("reset_password", account.email.text, language, values, issued.token.ends_at)
            await writer.send(mail, at=at)
