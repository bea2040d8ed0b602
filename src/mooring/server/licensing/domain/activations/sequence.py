"""Which certificates an installation presented: honest mishaps told from copies (contract, section 5).

Certificates of one installation are numbered 1, 2, 3, ... Each was issued upon presenting an earlier one, its
*parent*. The ancestors of the last number are the *line*; every other number is *abandoned*:

    1 - 2 - 3 - 4 - 5        5 was the last when 3 was presented again (a restored snapshot):
            |
            + - 6 - 7        now 7 is the last, the line is 1 2 3 6 7, and 4 and 5 are abandoned.

A lost answer presents the parent of the last; a restored backup presents an older ancestor; a copy that keeps
renewing beside its original presents, sooner or later, what the other's renewals made abandoned, again and
again. Two copies that only ever renew in turn share one line, as if every answer had been lost once: they
look like one installation because they behave like one, until one of them renews twice in a row.

The last number has never been presented while it is the last: presenting it is what issues its successor. So
whoever presents its parent can only have missed it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.core.instants import from_seconds, to_seconds
from mooring.core.refusals import PossibleClone

if TYPE_CHECKING:
    from collections.abc import Mapping

REMEMBERED = timedelta(days=60)
"""How long the presentation of an abandoned number is held against the next one."""

MOST_RUNS = 32
HIGHEST_NUMBER = 2**53 - 2
"""The highest number that may be presented: its successor is still an exact integer everywhere."""


class Run(NamedTuple):
    """Numbers issued one upon the other, up to the next run: ``start`` upon ``parent`` (0: upon nothing)."""

    start: int
    parent: int


class Issue(NamedTuple):
    """Issue certificate ``number``; ``rolled_back`` tells that an older one than the last was presented."""

    number: int
    rolled_back: bool = False


class Repeat(NamedTuple):
    """Give the last certificate, ``number``, again: its answer was lost."""

    number: int


class Clone(NamedTuple):
    """Refuse: two copies of the installation keep renewing."""


Decision = Issue | Repeat | Clone


@dataclass(frozen=True, slots=True)
class Sequence:
    """The numbers issued to one installation.

    Attributes:
        last: The number issued last.
        runs: How the numbers follow from each other, by ``start``; the first begins with 1.
        abandoned_at: When an abandoned number was presented, at most twice: that is enough to tell.
        flagged_at: Since when two copies seem to renew; none while nothing points to it, or once it is
            settled.
        disowned: Numbers up to here belong to a copy that its owner disowned.
    """

    last: int
    runs: tuple[Run, ...]
    abandoned_at: tuple[datetime, ...] = ()
    flagged_at: datetime | None = None
    disowned: int = 0

    @classmethod
    def begun(cls) -> Sequence:
        """Return the sequence of an installation to which number 1 is being issued."""
        return cls(last=1, runs=(Run(1, 0),))

    def presented(self, number: int, *, at: datetime) -> tuple[Decision, Sequence]:
        """Return what to answer to an installation that presents ``number``, and what to remember.

        Raises:
            ValueError: ``number`` is not between 1 and ``HIGHEST_NUMBER``: no certificate carries it.
        """
        if not 1 <= number <= HIGHEST_NUMBER:
            raise ValueError("no certificate has this number")
        if number > self.last:  # the server was restored from a backup: what it forgot is believed
            return replace(self, last=number).followed()
        if number == self.last:
            return self.followed()
        if number <= self.disowned:
            return Clone(), self
        if number == self._parent(self.last):
            return Repeat(self.last), self
        if number in self:
            return self._branched(number)
        return self._abandoned(number, at=at)

    def followed(self) -> tuple[Issue, Sequence]:
        """Return the number after the last, issued upon it."""
        following = replace(self, last=self.last + 1)
        return Issue(following.last), following

    def continued(self, *, by_owner: bool) -> Sequence:
        """Return the sequence with one more number, issued though none was presented.

        Where two copies seem to renew, only the owner goes on, on a fresh line: the hardware and the
        installation's key are what a copy has, too.

        Raises:
            PossibleClone: Copies renew, and nobody showed to be the owner.
        """
        if self.flagged_at is None:
            return self.followed()[1]
        if not by_owner:
            raise PossibleClone
        return self.settled()[1]

    def settled(self) -> tuple[Issue, Sequence]:
        """Return a fresh line, every number so far disowned: its owner has said which copy is theirs."""
        number = self.last + 1
        fresh = Sequence(last=number, runs=(Run(1, 0), Run(number, 0)), disowned=self.last)
        return Issue(number), fresh

    def __contains__(self, number: object) -> bool:
        """Tell whether ``number`` is on the line: the last or one of its ancestors."""
        return any(start <= number <= end for start, end in self.line())  # type: ignore[operator]

    def _parent(self, number: int) -> int:
        run = self._run_of(number)
        return run.parent if number == run.start else number - 1

    def _run_of(self, number: int) -> Run:
        return next(run for run in reversed(self.runs) if run.start <= number)

    def line(self) -> list[tuple[int, int]]:
        """Return the line as spans of numbers, the latest first."""
        spans, number = [], self.last
        while number > 0:
            run = self._run_of(number)
            spans.append((run.start, number))
            number = run.parent
        return spans

    def _branched(self, number: int) -> tuple[Issue, Sequence]:
        issued = self.last + 1
        branched = replace(self, last=issued, runs=(*self.runs, Run(issued, number)))
        return Issue(issued, rolled_back=True), _bounded(branched)

    def _abandoned(self, number: int, *, at: datetime) -> tuple[Decision, Sequence]:
        recent = [each for each in self.abandoned_at if each > at - REMEMBERED]
        remembered = (*recent, at)[-2:]
        if recent:
            return Clone(), replace(self, abandoned_at=remembered, flagged_at=self.flagged_at or at)
        issue, branched = self._branched(number)
        return issue, replace(branched, abandoned_at=remembered)

    def to_document(self) -> dict[str, object]:
        """Return the JSON object by which this sequence is stored; members that say nothing are left out."""
        document: dict[str, object] = {"last": self.last, "runs": [list(run) for run in self.runs]}
        if self.abandoned_at:
            document["abandoned_at"] = [to_seconds(each) for each in self.abandoned_at]
        if self.flagged_at is not None:
            document["flagged_at"] = to_seconds(self.flagged_at)
        if self.disowned:
            document["disowned"] = self.disowned
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Sequence:
        """Read what ``to_document`` wrote."""
        flagged_at = document.get("flagged_at")
        return cls(
            last=document["last"],
            runs=tuple(Run(*run) for run in document["runs"]),
            abandoned_at=tuple(from_seconds(each) for each in document.get("abandoned_at", ())),
            flagged_at=None if flagged_at is None else from_seconds(flagged_at),
            disowned=document.get("disowned", 0),
        )


def _bounded(sequence: Sequence) -> Sequence:
    """Return ``sequence`` with at most ``MOST_RUNS`` runs.

    A run off the line is forgotten first: its numbers then count to the run before, behind the point where
    the line left that one, and so stay abandoned. Only when the line passes through every run is its oldest
    turn forgotten, and what was abandoned there counts as ancestor: in doubt for the customer.
    """
    if len(sequence.runs) <= MOST_RUNS:
        return sequence
    on_line = {start for start, _ in sequence.line()}
    later = range(1, len(sequence.runs))
    going = next((place for place in later if sequence.runs[place].start not in on_line), 1)
    return replace(sequence, runs=sequence.runs[:going] + sequence.runs[going + 1 :])
