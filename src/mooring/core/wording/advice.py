"""Advice: what an activated person should know before it is too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.wording.catalogue import ENGLISH, LOCALES, mark, translator

if TYPE_CHECKING:
    from collections.abc import Mapping

ADVICE: Mapping[str, str] = {
    "link_before_hardware_change": mark(
        "Link this license to your account before you change hardware: afterwards it comes back by "
        "signing in, without the key."
    ),
    "stays_with_this_device": mark(
        "This license belongs to this device and stays with it: it cannot move to a new mainboard or to "
        "another computer. Think of that before you change hardware."
    ),
    "renew_soon": mark("Connect to the internet soon, so that this license can be renewed."),
    "weak_hardware": mark(
        "This computer's hardware cannot be recognized reliably, as is usual for virtual machines: after a "
        "reinstall this license comes back by signing in if it is linked to your account, else only with "
        "your product key."
    ),
    "link_unconfirmed": mark(
        "An account was linked to this license on a computer without the key being typed, or by the key "
        "alone. If it is not yours, unlink it here; if it is, link it again with the key to confirm it."
    ),
    "certificate_rolled_back": mark(
        "An older copy of this license was restored, perhaps from a backup or a snapshot. Nothing is "
        "lost; if you did not restore anything, look over your devices."
    ),
    "storage_unwritable": mark(
        "This program cannot write its data folder, so this activation lasts only until the program ends. "
        "Make the folder writable and activate again."
    ),
}
"""For each code of advice, the sentence in English."""


def advice_sentence(code: str, *, language: str = ENGLISH, locales: str = LOCALES) -> str | None:
    """Return the sentence for a code of advice, or None for a code that this version does not know."""
    message = ADVICE.get(code)
    return None if message is None else translator(language, locales).gettext(message)
