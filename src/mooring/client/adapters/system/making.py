"""Making a part of the SDK when it is first asked for: once, whichever threads ask, and never half.

A module that one thread is importing while another calls `os.fork` would stay half a module in the child.
"""

from __future__ import annotations

import os
from _thread import RLock  # `threading` would have to be loaded for it, and a status needs none of that
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

T = TypeVar("T")

making = RLock()
"""Held while a part is made or imported; a fork waits for it, and no longer than that takes."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=making.acquire, after_in_parent=making.release, after_in_child=making.release)


class MadeOnce(Generic[T]):
    """A property that is made when it is first asked for, and then kept."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.__doc__ = make.__doc__
        self._make = make
        self._name = make.__name__

    @overload
    def __get__(self, whole: None, kind: type) -> Self: ...
    @overload
    def __get__(self, whole: object, kind: type) -> T: ...
    def __get__(self, whole: object, kind: type) -> Self | T:
        """Return the part of ``whole``; from then on it is found there without asking here."""
        if whole is None:
            return self
        parts = vars(whole)
        with making:
            if self._name not in parts:
                parts[self._name] = self._make(whole)
            part: T = parts[self._name]
            return part
