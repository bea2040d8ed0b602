"""Where an operator looks licenses up and changes what the publisher says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from mooring.core.identifiers import ActivationId, DeviceId, LicenseId
    from mooring.server.licensing.domain.license import Standing


class LicenseSummary(NamedTuple):
    """A license as an operator sees it; product, edition and policy by their short names."""

    id: LicenseId
    product: str
    edition: str
    policy: str
    channel: str
    last_five: str | None
    standing: Standing
    seats: int
    held: int
    expires_at: datetime | None
    first_activated_at: datetime | None
    moved: int
    batch: str | None
    created_at: datetime


class SeatHolder(NamedTuple):
    """A device that holds a seat or a lease of a license, or did (``released_at``)."""

    activation_id: ActivationId
    device_id: DeviceId
    name: str
    platform: str
    kind: str
    since: datetime
    last_seen_at: datetime
    ends_at: datetime | None
    released_at: datetime | None


class Filter(NamedTuple):
    """Which licenses to list; none means any."""

    product: str | None = None
    edition: str | None = None
    standing: str | None = None
    batch: str | None = None


class DeskReader(Protocol):
    """Looks licenses up."""

    async def by_id(self, license_id: LicenseId) -> LicenseSummary | None:
        """Return the license with this id."""
        ...

    async def by_key_hash(self, key_hash: bytes) -> LicenseSummary | None:
        """Return the license that the key with this keyed hash stands for."""
        ...

    async def by_last_five(self, last_five: str) -> Sequence[LicenseSummary]:
        """Return at most 50 licenses whose keys end so: it is a label, not an identifier."""
        ...

    async def page(self, chosen: Filter, *, after: LicenseId | None, limit: int) -> Sequence[LicenseSummary]:
        """Return up to ``limit`` licenses that follow ``after``, in the order in which they were made."""
        ...

    async def holders(self, license_id: LicenseId) -> Sequence[SeatHolder]:
        """Return at most 200 devices that hold or held a place of the license, those that do first."""
        ...


class DeskWriter(DeskReader, Protocol):
    """Changes what the publisher says of a license, within one transaction."""

    async def set_standing(self, license_id: LicenseId, standing: Standing) -> None:
        """Keep the standing, and let the status lists say it of all that holds a place from now on."""
        ...

    async def set_end(self, license_id: LicenseId, expires_at: datetime) -> None:
        """Keep when the license ends."""
        ...

    async def record(
        self, what: str, license_id: LicenseId, *, detail: Mapping[str, object], at: datetime
    ) -> None:
        """Write down what happened to the license, such as ``license.suspended``."""
        ...


class LicenseDesk(Protocol):
    """Where licenses are looked up and changed by an operator."""

    def reading(self) -> AbstractAsyncContextManager[DeskReader]:
        """Open a consistent view."""
        ...

    def changing(self) -> AbstractAsyncContextManager[DeskWriter]:
        """Open a transaction, kept when the block ends without an exception."""
        ...
