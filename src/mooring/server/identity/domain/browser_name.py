"""Naming a browser for the person who used it: ``Firefox on Windows``. It is its own word, and no proof."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 1024
"""Characters of a ``User-Agent`` that are worth reading."""

# Each claims to be those below it as well, so the first that is found is the one.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str | None) -> str | None:
    """Return what a browser calls itself in ``user_agent``, and where it runs; none where it is unknown.

    >>> browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    """
    told = (user_agent or "")[:LONGEST]
    browser = next((name for mark, name in _BROWSERS if mark in told), None)
    system = next((name for mark, name in _SYSTEMS if mark in told), None)
    return f"{browser} on {system}" if browser and system else browser or system
