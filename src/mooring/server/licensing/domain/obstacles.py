"""What stops an operator's command: a plain sentence and the next step.

Refusals to customers are :mod:`mooring.core.refusals`; these are for the people who run the server.
"""

from __future__ import annotations

from typing import ClassVar


class Obstacle(Exception):
    """An operator's command cannot be carried out, and nothing was changed.

    Attributes:
        code: The stable name of what happened.
        detail: One or two plain sentences.
        next_step: What to do about it.
    """

    code: ClassVar[str] = "obstacle"

    def __init__(self, detail: str, next_step: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.next_step = next_step


class ValueRefused(Obstacle):
    """A given value cannot be used."""

    code = "value_refused"


class AlreadyExists(Obstacle):
    """What should be created is there already."""

    code = "already_exists"


class NotThere(Obstacle):
    """What the command names does not exist."""

    code = "not_there"


class PublisherMissing(NotThere):
    """This server was never founded."""

    code = "publisher_missing"

    def __init__(self) -> None:
        super().__init__("This server has no publisher yet.", "Run: mooring init NAME")


class StandingRefused(Obstacle):
    """The license's standing does not allow the change."""

    code = "standing_refused"
