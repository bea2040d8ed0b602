"""A page's snapshot as an object of QML: a property for each member, that tells when it is another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Property, QObject, Signal

from mooring.client.doors.window.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.view.settings.page import Snapshot


class PageValues(QObject):
    """What QML sees of a page; made by `page_values`."""

    values: dict[str, object]

    def take_in(self, snapshot: Snapshot) -> None:
        """Tell what is another: what stays the same keeps its focus, and what was typed into it."""
        new = {name: plain(value) for name, value in cast(Any, snapshot)._asdict().items()}
        old, self.values = self.values, new
        for name, value in new.items():
            if value != old[name]:
                getattr(self, f"{name}Changed").emit()


def page_values(snapshot: Snapshot, parent: QObject) -> PageValues:
    """Return the object of a page, as its first snapshot has it."""
    members: dict[str, object] = {}
    for name in cast(Any, snapshot)._fields:
        changed = Signal()
        members[f"{name}Changed"] = changed
        members[name] = Property(cast(type, "QVariant"), _reading(name), notify=changed)
    metaclass: Any = type(PageValues)
    made: PageValues = metaclass(type(snapshot).__name__, (PageValues,), members)(parent)
    made.values = {name: plain(value) for name, value in cast(Any, snapshot)._asdict().items()}
    return made


def _reading(name: str) -> Callable[[PageValues], object]:
    return lambda page: page.values[name]
