"""Telling the program that its Activation state has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.status import Status


class TellChanges:
    """Calls back with a status that differs from the one before.

    Args:
        read_status: tells what there is when the first listener comes.
        log: receives what a listener raised: a listener must not undo an activation.
    """

    def __init__(self, read_status: Callable[[], Status], log: Callable[[str], None]) -> None:
        self._read_status = read_status
        self._log = log
        self._listeners: list[Callable[[Status], None]] = []
        self._told: tuple[object, ...] | None = None

    def add(self, listener: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``listener`` from the next change on; return what takes it off again."""
        if self._told is None:
            self._told = _essence(self._read_status())
        self._listeners.append(listener)

        def take_off() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return take_off

    def __call__(self, status: Status) -> None:
        """Tell every listener of ``status``, if it is another one."""
        essence = _essence(status)
        if not self._listeners or essence == self._told:
            return
        self._told = essence
        for listener in tuple(self._listeners):
            try:
                listener(status)
            except Exception as error:  # noqa: BLE001 - see the class
                self._log(f"an on_change callback raised {type(error).__name__}")


def _essence(status: Status) -> tuple[object, ...]:
    """Return what makes a status another one for the program; the days that pass do not."""
    return (
        status.state,
        status.method,
        status.edition,
        status.linked,
        status.holder,
        status.signed_in,
        status.entitlements,
        status.advice,
        status.obstacle.code if status.obstacle else None,
        status.activation,
        status.certificate.sequence if status.certificate else None,
    )
