"""Forget: the owner of a PC withdraws the consent to show its Windows, and what it told is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.refusals import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.ports.windows_pcs import WindowsPcs


class ForgetWindows:
    """Forgets PCs. What is still on its way from there is refused: it comes without consent."""

    def __init__(self, pcs: WindowsPcs) -> None:
        self._pcs = pcs

    async def __call__(self, computer: str, account: AccountRef, *, at: datetime) -> None:
        """Remove what the PC told, and write down that the consent was withdrawn.

        Raises:
            NotFound: The account shows no such PC, or not any more.
        """
        async with self._pcs.changing(account.id) as writer:
            known = await writer.pcs_of(account.id)
            mine = next((each for each in known if each.computer == computer), None)
            if mine is None:
                raise NotFound
            await writer.forget(account.id, computer)
            await writer.record_consent(mine, given=False, at=at)
