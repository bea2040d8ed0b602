"""From a path to what is there: exact segments and named ones, nothing cleverer."""

from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Found(NamedTuple, Generic[T]):
    """What lies at a path."""

    template: str
    value: T
    params: Mapping[str, str]


class PathTable(Generic[T]):
    """Finds what belongs to a path by templates such as ``/v1/status-lists/{n}``."""

    def __init__(self, templates: Mapping[str, T]) -> None:
        self._exact: dict[str, Found[T]] = {}
        self._by_length: dict[int, list[tuple[str, list[str], T]]] = {}
        for template, value in templates.items():
            if "{" not in template:
                self._exact[template] = Found(template, value, {})
                continue
            segments = template.split("/")
            self._by_length.setdefault(len(segments), []).append((template, segments, value))

    def find(self, path: str) -> Found[T] | None:
        """Return what lies at ``path``, exact templates first; a slash at its end makes it another path."""
        if (exact := self._exact.get(path)) is not None:
            return exact
        segments = path.split("/")
        for template, expected, value in self._by_length.get(len(segments), ()):
            params = _match(expected, segments)
            if params is not None:
                return Found(template, value, params)
        return None


def _match(template: list[str], segments: list[str]) -> dict[str, str] | None:
    params = {}
    for expected, given in zip(template, segments, strict=True):
        if expected == given:
            continue
        if not expected.startswith("{") or not given:
            return None
        params[expected[1:-1]] = given
    return params
