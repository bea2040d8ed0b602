"""Windows PCs: what an account's PCs told of the activation of their Windows, and by which consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mooring.core.refusals import ConsentRequired, InvalidRequest, PcLimitReached
from mooring.windows.domain.report import AGREEMENT, PURPOSE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.windows.domain.report import WindowsReport

MOST_PCS = 50
"""A household or a small office; who has more has other means to look after them."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A person agreed: to which ``version`` of what is told, and when."""

    version: int
    given_at: datetime

    @property
    def counts(self) -> bool:
        """Whether it covers what is told today."""
        return self.version == AGREEMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowsPc:
    """A PC that told of its Windows. It is kept as long as the consent stands, and not a moment longer.

    Attributes:
        account_id: Whose page shows it.
        computer: Which PC: a device of the account, else the thumbprint of the installation that told.
        name: What it is called.
        jkt: The thumbprint of the installation that told last.
        consent: What its owner agreed to.
        report: What it told last.
        told_at: When.
    """

    account_id: AccountId
    computer: str
    name: str
    jkt: str
    consent: Consent
    report: WindowsReport
    told_at: datetime


def consent_to_tell(known: WindowsPc | None, agreed: int | None, *, at: datetime) -> Consent:
    """Return the consent by which a PC may tell: ``agreed`` to just now, or standing since before.

    A consent that stands is kept as it was given, so that asking again changes nothing.

    Raises:
        ConsentRequired: There is none, or it was for another version of what is told.
        InvalidRequest: What was agreed to is no version of ours.
    """
    if agreed is not None and agreed != AGREEMENT:
        raise InvalidRequest("agreed", status=422)
    if known is not None and known.consent.counts:
        return known.consent
    if agreed is None:
        raise ConsentRequired(PURPOSE, AGREEMENT)
    return Consent(agreed, at)


def check_room(known: Sequence[WindowsPc], computer: str, jkt: str) -> None:
    """Return only if the account can show ``computer``, beside or instead of those it shows.

    Raises:
        PcLimitReached: It shows as many as it can.
    """
    if len([each for each in known if each.computer != computer and each.jkt != jkt]) >= MOST_PCS:
        raise PcLimitReached(MOST_PCS)
