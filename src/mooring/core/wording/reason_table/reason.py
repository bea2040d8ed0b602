"""One row of the table of reasons."""

from __future__ import annotations

from typing import NamedTuple

from mooring.core.wording.next_steps import NEXT_STEPS


class Reason(NamedTuple):
    """One row of the catalogue, in English.

    ``status`` is the HTTP status under which the API tells it, None for what only happens on a device.
    """

    code: str
    status: int | None
    title: str
    detail: str
    next_action: str

    @property
    def next_label(self) -> str:
        """The next step as a person reads it."""
        return NEXT_STEPS[self.next_action].label
