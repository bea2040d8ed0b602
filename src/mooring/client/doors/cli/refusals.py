"""How an error is told on the command line: what happened, why, and the one next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from mooring.client.domain.errors import Refused
from mooring.client.view.mistyped_key import mistyped_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.domain.errors import MooringError
    from mooring.client.doors.cli.console import Console
    from mooring.client.view.mistyped_key import MistypedKey

T = TypeVar("T")


def tell_error(console: Console, error: MooringError) -> None:
    """Tell of ``error``: its document where JSON was asked for, and always sentences for people."""
    document = error.to_document()
    detail = document["detail"] if isinstance(error, Refused) else str(error)
    tell_refusal(console, str(document["title"]), str(detail), document.get("next"))
    _tell_devices(console, document.get("devices"))
    console.answer(document)


def tell_refusal(console: Console, title: str, detail: str, following: object) -> None:
    """Tell what happened and the next step, on standard error."""
    console.warn(console.error_styled(f"✗ {title}", "bold", "red"))
    if detail.rstrip(".") != title.rstrip("."):
        console.warn(f"  {detail}")
    if isinstance(following, dict):
        console.warn(console.error_styled(next_step_line(following), "cyan"))


def _tell_devices(console: Console, devices: object) -> None:
    """Name the devices that a refusal lists: a holder is told whose seats are in the way."""
    for each in devices if isinstance(devices, list) else ():
        if isinstance(each, dict) and {"id", "name"} <= each.keys():
            console.warn(f"  {each['name']}  frees its seat:  mooring devices free {each['id']}")


def next_step_line(step: Mapping[str, object]) -> str:
    """Return the line that tells the one next step, with its address where there is one."""
    address = f": {step['url']}" if step.get("url") else ""
    return f"  → {step['label']}{address}"


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
    console.warn(f"  You typed  {key.before}{wrong}{key.after}")
    if not console.error_shows_styles:
        console.warn(f"             {' ' * len(key.before)}^")
    at = len(key.before)
    right = console.error_styled(key.suggestion[at], "green", "bold", "underline")
    console.warn(f"  Perhaps    {key.suggestion[:at]}{right}{key.suggestion[at + 1 :]}")
