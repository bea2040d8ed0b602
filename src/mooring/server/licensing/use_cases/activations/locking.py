"""Finding what must be locked before it can be trusted: the licenses of a computer or an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from mooring.core.identifiers import ActivationId, LicenseId
    from mooring.server.licensing.ports.ledger import LedgerWriter

T = TypeVar("T")


async def found_and_locked(
    writer: LedgerWriter,
    find: Callable[[], Awaitable[T]],
    licenses: Callable[[T], Iterable[LicenseId]],
    *,
    replaces: ActivationId | None = None,
) -> T:
    """Return what ``find`` finds, its ``licenses`` locked, and that of the activation ``replaces``.

    What is found before its licenses are locked may have changed until they are, even to other licenses: so
    it is found again, until all of them were locked before.
    """
    locked: set[LicenseId] = set()
    while True:
        found = await find()
        wanted = set(licenses(found)) - locked
        if not wanted and replaces is None:
            return found
        if not await writer.lock_licenses(*wanted, activation_id=replaces):
            return found
        locked |= wanted
        replaces = None
