"""The port to turns: what may be asked of whoever gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class Turn(NamedTuple):
    """A turn that somebody has, until it ends or is given up."""

    name: bytes
    holder: bytes
    """Tells this turn from a later one of the same name."""


class Turns(Protocol):
    """Gives each turn to one at a time. Who dies with it keeps others waiting no longer than it lasts."""

    async def take(self, subject: str, *, lasts: timedelta) -> Turn | None:
        """Return the turn at ``subject``, none while another has it.

        A turn that has lasted too long is another's: what is done in a turn must do no harm if it is done
        twice.

        Raises:
            DatabaseUnavailable: Nobody knows whose turn it is.
        """
        ...

    async def renew(self, turn: Turn, *, lasts: timedelta) -> bool:
        """Let ``turn`` last so long from now on; return whether it still is this one's.

        Raises:
            DatabaseUnavailable: Nobody knows.
        """
        ...

    async def give_up(self, turn: Turn) -> None:
        """End ``turn``, if it is still this one's. Where that cannot be kept, it lasts to its end."""
        ...

    async def forget_ended(self, *, at: datetime) -> int:
        """Forget turns that ended by themselves, and return how many there were."""
        ...
