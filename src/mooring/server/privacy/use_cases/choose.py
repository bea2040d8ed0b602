"""Choose: a person agrees to what is asked, or withdraws it, and both count from that moment on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.privacy import DEVICE_NAME
from mooring.server.licensing.use_cases.devices.take_back_names import take_back_names
from mooring.server.privacy.domain.consents import MOST_SHOWN, Wish, change_by, choices_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.privacy.domain.consents import Choices, Consent, Door
    from mooring.server.privacy.ports import Consents, ConsentWriter


class Choose:
    """Takes choices, of which the publisher ``asks`` for some. The same again changes nothing."""

    def __init__(self, consents: Consents, asks: Sequence[str]) -> None:
        self._consents = consents
        self._asks = asks

    async def __call__(self, wish: Wish, account_id: AccountId, *, at: datetime) -> Choices:
        """Return the account's choices as they are now: all of the wish was done, or nothing.

        What was kept by a consent that is withdrawn goes with it, in the same transaction.

        Raises:
            InvalidRequest: A name is none that can be chosen, or the text that was shown is not today's.
        """
        async with self._consents.changing() as writer:
            standing = await writer.standing(account_id)
            return await _changed(writer, wish, account_id, standing, self._asks, at=at)


class ShareNothing:
    """Withdraws every consent of an account in one act."""

    def __init__(self, consents: Consents, asks: Sequence[str]) -> None:
        self._consents = consents
        self._asks = asks

    async def __call__(self, account_id: AccountId, *, language: str, door: Door, at: datetime) -> Choices:
        """Return the account's choices as they are now: nothing is agreed to."""
        async with self._consents.changing() as writer:
            standing = await writer.standing(account_id)
            choices = {consent.choice: False for consent in standing}
            wish = Wish(choices=choices, text_versions={}, language=language, door=door)
            return await _changed(writer, wish, account_id, standing, self._asks, at=at)


async def _changed(
    writer: ConsentWriter,
    wish: Wish,
    account_id: AccountId,
    standing: Sequence[Consent],
    asks: Sequence[str],
    *,
    at: datetime,
) -> Choices:
    change = change_by(wish, account_id, standing, asks, at=at)
    for consent in change.withdrawn:
        await writer.withdraw(consent)
        await _undo(writer, consent)
    for consent in change.agreed:
        await writer.add(consent)
    latest = await writer.latest(account_id, limit=MOST_SHOWN)
    return choices_of(await writer.standing(account_id), latest, asks)


async def _undo(writer: ConsentWriter, consent: Consent) -> None:
    """Remove what was kept by the consent alone."""
    if consent.choice == DEVICE_NAME:
        for renamed in await take_back_names(writer.ledger, consent.id):
            await writer.rename_grants(consent.account_id, renamed.old, renamed.new)
