"""What went wrong, and the one next step: from the table of reasons, as every door tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mooring.client.domain.errors import LONGEST_SENTENCE
from mooring.client.view.activation import NextStep
from mooring.core.wording.troubles import trouble_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.errors import MooringError

Way = Literal["activate", "address", "choose", "code", "devices", "key", "retry", "sign_in", "troubleshoot"]
"""How a next step is taken in Settings: see `SettingsView.take`."""

_WAYS: Mapping[str, Way] = {
    "activate": "activate",
    "check_key": "key",
    "choose_device": "devices",
    "choose_license": "devices",
    "free_a_device": "devices",
    "go_online": "retry",
    "make_writable": "retry",
    "retry": "retry",
    "say_which_is_yours": "sign_in",
    "set_clock": "retry",
    "sign_in": "sign_in",
    "sign_in_with_code": "code",
    "troubleshoot": "troubleshoot",
    "type_key": "key",
    "type_key_or_sign_in": "key",
    "use_lease_or_sign_in": "sign_in",
    "wait": "retry",
}


class Problem(NamedTuple):
    """Why something was not done.

    Attributes:
        code: the reason's stable name.
        title: what happened, in a few words.
        detail: the same as a sentence that a person can act on.
        next_step: what they can do now.
    """

    code: str
    title: str
    detail: str
    next_step: NextStep | None

    @property
    def is_about_key(self) -> bool:
        """Whether the key that was typed is the matter: to be shown beside its field."""
        return self.code.startswith("key_")

    @property
    def way(self) -> Way | None:
        """How the next step is taken in Settings; None if it is to be read only, and is no button."""
        return way_of(self.next_step)


def way_of(step: NextStep | None) -> Way | None:
    """Return how ``step`` is taken in Settings; None if it is to be read only, and is no button."""
    if step is None:
        return None
    return _WAYS.get(step.action) or ("address" if step.url else None)


def problem_of(error: MooringError) -> Problem:
    """Return what a person is told of ``error``."""
    return _problem(error.to_document())


def fault(error: Exception, language: str) -> Problem:
    """Return what a person is told of a fault of the program itself."""
    what = f"{type(error).__name__}: {error}"[:LONGEST_SENTENCE]
    return _problem(trouble_document("fault", language=language, what=what))


def _problem(document: Mapping[str, object]) -> Problem:
    step = document.get("next")
    step = step if isinstance(step, dict) else {}
    return Problem(
        code=str(document["code"]),
        title=str(document["title"]),
        detail=str(document["detail"]),
        next_step=NextStep(step["action"], step["label"], step.get("url")) if "label" in step else None,
    )
