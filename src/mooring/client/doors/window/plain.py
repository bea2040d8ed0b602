"""Snapshots as QML reads them: dictionaries, lists, and an empty value where there is nothing."""

from __future__ import annotations

from mooring.client.view.key_help import KeyHelp
from mooring.client.view.settings.problem import Problem


def plain(value: object) -> object:
    """Return a value of a snapshot as QML takes it; a problem and a key's help with what follows from them.

    Nothing is an empty text: a None that goes into a property map is one reference to it too few.
    """
    if isinstance(value, tuple):
        names: tuple[str, ...] | None = getattr(value, "_fields", None)
        if names is None:
            return [plain(each) for each in value]
        return {name: plain(getattr(value, name)) for name in (*names, *_derived(value))}
    return "" if value is None else value


def _derived(value: tuple[object, ...]) -> tuple[str, ...]:
    if isinstance(value, Problem):
        return ("way", "is_about_key")
    return ("can_be_sent",) if isinstance(value, KeyHelp) else ()
