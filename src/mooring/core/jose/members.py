"""The members of a JSON object, asked for by name and type: what is missing or wrong is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mooring.core.instants import from_seconds, parse_instant

if TYPE_CHECKING:
    from datetime import datetime

LARGEST = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 7493)."""

_LATEST = 253_402_300_799
"""The last second of the year 9999."""


class WrongMember(ValueError):
    """A member is missing or has the wrong type, length or form.

    Attributes:
        member: its dotted path, such as ``license.channel``.
    """

    def __init__(self, member: str) -> None:
        super().__init__(f"{member} is missing or wrong")
        self.member = member


class Members:
    """One JSON object; each method returns a member of the right type, or raises ``WrongMember``."""

    __slots__ = ("_path", "_value")

    def __init__(self, value: dict[str, Any], path: str = "") -> None:
        self._value = value
        self._path = path

    def text(self, name: str, *, longest: int = 200) -> str:
        """Return a text of 1 to ``longest`` characters, none of them a control character."""
        value = self._value.get(name)
        if isinstance(value, str) and 0 < len(value) <= longest and is_plain(value):
            return value
        raise self.wrong(name)

    def text_or_none(self, name: str, *, longest: int = 200) -> str | None:
        """Return a text as above, or None where the member is null or absent."""
        return None if self.is_null(name) else self.text(name, longest=longest)

    def number(self, name: str, *, least: int = 0, most: int = LARGEST) -> int:
        """Return an integer from ``least`` to ``most``; ``true`` is none, though Python says so."""
        value = self._value.get(name)
        if type(value) is int and least <= value <= most:
            return value
        raise self.wrong(name)

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._value.get(name)
        if isinstance(value, bool):
            return value
        raise self.wrong(name)

    def seconds(self, name: str) -> datetime:
        """Return an instant written as whole seconds since 1970 (NumericDate, RFC 7519)."""
        return from_seconds(self.number(name, most=_LATEST))

    def instant_or_none(self, name: str) -> datetime | None:
        """Return an instant written as text, or None where the member is null or absent."""
        text = self.text_or_none(name)
        try:
            return None if text is None else parse_instant(text)
        except ValueError:
            raise self.wrong(name) from None

    def object(self, name: str) -> Members:
        """Return an inner object."""
        value = self._value.get(name)
        if isinstance(value, dict):
            return Members(value, f"{self._path}{name}.")
        raise self.wrong(name)

    def object_or_none(self, name: str) -> Members | None:
        """Return an inner object, or None where the member is null or absent."""
        return None if self.is_null(name) else self.object(name)

    def array(self, name: str, *, least: int = 0, most: int) -> list[Any]:
        """Return an array of ``least`` to ``most`` items, which the caller judges."""
        value = self._value.get(name)
        if isinstance(value, list) and least <= len(value) <= most:
            return value
        raise self.wrong(name)

    def is_null(self, name: str) -> bool:
        """Tell whether the member is null or absent: the two mean the same."""
        return self._value.get(name) is None

    def raw(self, name: str) -> Any:  # noqa: ANN401 -- the caller judges it
        """Return a member as it is, None where it is absent."""
        return self._value.get(name)

    def names(self) -> list[str]:
        """Return the names of all members, in the order written."""
        return list(self._value)

    def wrong(self, name: str) -> WrongMember:
        """Return the error that names this member."""
        return WrongMember(self._path + name)


def is_plain(text: str) -> bool:
    """Tell whether ``text`` is free of control characters, which could steer the terminal that shows it."""
    return text.isprintable() or not any(c < " " or "\x7f" <= c <= "\x9f" for c in text)
