"""How an error is told on the command line: what happened, why, and what to type for the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from mooring.client.domain.errors import NotActivated, Refused
from mooring.client.doors.cli.next_commands import next_commands
from mooring.client.view.mistyped_key import mistyped_key
from mooring.command_line.folding import padded, width_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.errors import MooringError
    from mooring.client.view.mistyped_key import MistypedKey
    from mooring.command_line.console import Console

T = TypeVar("T")


def tell_error(console: Console, error: MooringError) -> None:
    """Tell of ``error``: its document where JSON was asked for, and always sentences for people."""
    document = error.to_document()
    asked = not isinstance(error, NotActivated)
    console.refuse_with(document, commands=next_commands(document, console.words, asked=asked))


def with_corrected_key(console: Console, key: str | None, work: Callable[[Any], T], question: str) -> T:
    """Return what ``work`` makes of the key; a mistyped one is corrected only if the person agrees."""
    try:
        return work(key)
    except Refused as refused:
        mistyped = mistyped_key(key or "", refused.members) if refused.code == "key_malformed" else None
        if mistyped is None:
            raise
        tell_mistyped_key(console, mistyped)
        if not console.confirms(question):
            raise
    return work(mistyped.suggestion)


def tell_mistyped_key(console: Console, key: MistypedKey) -> None:
    """Show the key with its wrong letter underlined, and the corrected one below it."""
    wrong = console.error_styled(key.wrong, "red", "bold", "underline")
    typed, perhaps = console.said("Typed"), console.said("Perhaps")
    width = max(width_of(typed), width_of(perhaps))
    console.warn(f"  {padded(typed, width)}  {key.before}{wrong}{key.after}")
    if not console.error_shows_styles:
        console.warn(f"  {' ' * width}  {' ' * len(key.before)}^")
    at = len(key.before)
    right = console.error_styled(key.suggestion[at], "green", "bold", "underline")
    console.warn(f"  {padded(perhaps, width)}  {key.suggestion[:at]}{right}{key.suggestion[at + 1 :]}")
