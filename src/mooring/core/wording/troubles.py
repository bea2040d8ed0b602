"""Troubles: what is said when something cannot be done and no reason of the catalogue says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.wording.catalogue import ENGLISH, LOCALES, mark, translator

if TYPE_CHECKING:
    from collections.abc import Mapping


class Trouble(NamedTuple):
    """One row, in English; ``action`` is the stable name of the next step, ``label`` what a person reads."""

    title: str
    detail: str
    action: str
    label: str


_TROUBLES: Mapping[str, Trouble] = {
    "feature_not_licensed": Trouble(
        mark("{name} is not licensed"),
        mark("{name} is not part of this license. {sentence}."),
        "activate",
        mark("Activate"),
    ),
    "invalid_request": Trouble(
        mark("The command line is not right"),
        "{detail}",  # the parser's own sentence
        "correct_request",
        mark("Correct the command and try again"),
    ),
    "settings_not_installed": Trouble(
        mark("The Settings window is not installed"),
        mark("The Settings window comes with: pip install 'mooring[desktop]'"),
        "install_window",
        mark("Install it, or use the commands"),
    ),
    "settings_library_missing": Trouble(
        mark("The Settings window misses a library of the system"),
        mark(
            "The Settings window cannot be shown, because this system lacks {library}. Install it, or type "
            "in a terminal: mooring window --terminal"
        ),
        "install_library",
        mark("Install it, or use the terminal"),
    ),
    "settings_nowhere": Trouble(
        mark("There is nowhere to show Settings"),
        mark("There is neither a screen nor a terminal here to show Settings in."),
        "use_commands",
        mark("Use the commands instead"),
    ),
    "fault": Trouble(
        mark("A fault in Mooring"),
        mark(
            "Something went wrong in Mooring itself ({what}). Nothing was changed on purpose. "
            "MOORING_DEBUG=1 shows where it happened."
        ),
        "contact_publisher",
        mark("Tell the publisher, with the support code"),
    ),
}

_UNREACHABLE = mark("The activation service cannot be reached: {cause}.")
_INVALID = mark("The activation service sent a certificate that is not valid here ({why}).")


def trouble_document(
    code: str, *, language: str = ENGLISH, locales: str = LOCALES, **words: str
) -> dict[str, object]:
    """Return ``code``, ``title``, ``detail`` and ``next`` of a trouble, with ``words`` in their places."""
    trouble, say = _TROUBLES[code], translator(language, locales).gettext
    return {
        "code": code,
        "title": say(trouble.title).format(**words),
        "detail": say(trouble.detail).format(**words),
        "next": {"action": trouble.action, "label": say(trouble.label)},
    }


def unreachable_sentence(cause: str, *, language: str = ENGLISH, locales: str = LOCALES) -> str:
    """Return the sentence that says that no server answered, and why."""
    return translator(language, locales).gettext(_UNREACHABLE).format(cause=cause)


def invalid_certificate_sentence(why: str, *, language: str = ENGLISH, locales: str = LOCALES) -> str:
    """Return the sentence that says that a server sent a certificate which is not for this installation."""
    return translator(language, locales).gettext(_INVALID).format(why=why)
