"""The troubleshooter: which of the account's devices this computer is, after its hardware changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.client.view.account import candidate_facts, movable
from mooring.core.wording.resemblance import resemblance

if TYPE_CHECKING:
    from mooring.client.domain.accounts.mine import Candidate
    from mooring.core.descriptor import Descriptor


class CandidateRow(NamedTuple):
    """A device that this computer may have been.

    Attributes:
        id: what `reactivate` takes.
        name: what it is called.
        likely: whether it is most likely this very computer; `reasons` say why.
        reasons: what resembles it, as one line.
        facts: labels and values.
        allowed: whether it can be taken along now; else `why_not` is the sentence that says why not.
    """

    id: str
    name: str
    likely: bool
    reasons: str
    facts: tuple[tuple[str, str], ...]
    allowed: bool
    why_not: str | None


class Troubleshooter(NamedTuple):
    """*I changed hardware on this device recently*, while it is open.

    Attributes:
        sentence: what is going on, or what the person is asked.
        needs_sign_in: whether signing in comes first.
        candidates: the devices, the likeliest first; empty while they are looked for, or if there is none.
    """

    sentence: str
    needs_sign_in: bool = False
    candidates: tuple[CandidateRow, ...] = ()


def candidate_row(candidate: Candidate, descriptor: Descriptor, language: str) -> CandidateRow:
    """Return the row of a device that this computer may have been."""
    allowed = candidate.can_move.allowed or not candidate.costs_move
    return CandidateRow(
        id=candidate.device.id,
        name=candidate.device.name,
        likely=candidate.likely,
        reasons=resemblance(candidate.reasons, language=language),
        facts=candidate_facts(candidate, descriptor, language),
        allowed=allowed,
        why_not=None if allowed else movable(candidate.can_move, language),
    )
