"""What stops an operator's command: a plain sentence and the next step.

Refusals to customers are :mod:`mooring.core.refusals`; these are for the people who run the server.
"""

from __future__ import annotations

from typing import ClassVar


class Obstacle(Exception):
    """An operator's command cannot be carried out, and nothing was changed.

    Attributes:
        code: The stable name of what happened.
        title: The same in a few words.
        detail: One or two plain sentences.
        next_step: What to do about it.
        lines: What else a person should see, a line each.
        members: The same for programs, ready for JSON.
    """

    code: ClassVar[str] = "obstacle"
    title: ClassVar[str] = "It cannot be done"

    def __init__(self, detail: str, next_step: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.next_step = next_step
        self.lines: list[str] = []
        self.members: dict[str, object] = {}


class ValueRefused(Obstacle):
    """A given value cannot be used."""

    code = "value_refused"
    title = "That value cannot be used"


class AlreadyExists(Obstacle):
    """What should be created is there already."""

    code = "already_exists"
    title = "It is there already"


class NotThere(Obstacle):
    """What the command names does not exist."""

    code = "not_there"
    title = "It is not there"


class PublisherMissing(NotThere):
    """This server was never founded."""

    code = "publisher_missing"
    title = "This server has no publisher"

    def __init__(self) -> None:
        super().__init__("This server has no publisher yet.", "Run: mooring init NAME")


class StandingRefused(Obstacle):
    """The license's standing does not allow the change."""

    code = "standing_refused"
    title = "The license's standing does not allow it"
