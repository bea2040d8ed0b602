"""A stand-in for what a holder can ask: licenses and devices in memory, and what was done with them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mooring.core.identifiers import ActivationId, DeviceId, LicenseId
from mooring.core.refusals import InvalidRequest, NotFound
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.domain.windows_pcs import WindowsPc
from mooring.server.licensing.use_cases.handovers.messages import MyHandover
from mooring.server.licensing.use_cases.holders.messages import (
    CanMove,
    HeldLicense,
    KnownDevice,
    MyDevice,
    MyEvent,
    MyLicense,
    Page,
    PageWish,
    SeatOfMine,
    SeatTaken,
)
from mooring.server.licensing.use_cases.purchases.messages import Waiting
from mooring.server.web.holder_services import HolderServices, WindowsServices
from mooring.server.web.new_holder_services import NewHolderServices

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
FIRST_PAGE = PageWish()
FREELY = CanMove(allowed=True, left=4, next_at=None)
NEVER = CanMove(allowed=False, left=0, next_at=None)
LATER = CanMove(allowed=False, left=0, next_at=NOON + timedelta(days=40))


def a_device(number: int, name: str = "amber-heron", platform: str = "linux") -> KnownDevice:
    return KnownDevice(DeviceId(f"dev_{number:026d}"), name, platform, NOON - timedelta(days=number))


def a_license(
    number: int,
    *devices: KnownDevice,
    seats: int = 1,
    can_move: CanMove = FREELY,
    confirmed: bool = True,
    name: str = "Harbor Notes",
    channel: str = "retail",
    standing: str = "active",
    expires_at: datetime | None = None,
) -> MyLicense:
    held = HeldLicense(LicenseId(f"lic_{number:026d}"), "harbor-notes", name, "pro", channel, "8XKQ2")
    taken = [
        SeatTaken(ActivationId(f"act_{place:026d}"), device, NOON - timedelta(days=30))
        for place, device in enumerate(devices)
    ]
    return MyLicense(
        license=held,
        standing=standing,
        seats=seats,
        held=len(taken),
        expires_at=expires_at,
        linked_at=NOON - timedelta(days=20),
        confirmed=confirmed,
        provisional_until=None if confirmed else NOON + timedelta(days=9),
        can_move=can_move,
        devices=taken,
    )


def an_event(number: int, kind: str, *, reason: str | None = None, known: bool = True) -> MyEvent:
    """Return something that happened to the first license on the first device, so many days ago."""
    return MyEvent(
        id=f"evt_{number:026d}",
        at=NOON - timedelta(days=number),
        kind=kind,
        license=f"lic_{1 if known else 99:026d}",
        device=f"dev_{1 if known else 99:026d}",
        activation=None,
        reason=reason,
    )


@dataclass
class HeldLicenses:
    """What every account holds, and what was done; ``refusal`` is raised by the next thing that is done."""

    licenses: list[MyLicense] = field(default_factory=list)
    handovers: list[MyHandover] = field(default_factory=list)
    purchases: list[Waiting] = field(default_factory=list)
    windows: list[WindowsPc] = field(default_factory=list)
    events: list[MyEvent] = field(default_factory=list)
    done: list[tuple[Any, ...]] = field(default_factory=list)
    refusal: Exception | None = None
    claims_for_good: bool = True

    def services(self) -> HolderServices:
        nothing: Any = None
        return HolderServices(
            check_access_token=nothing,
            link=nothing,
            unlink=nothing,
            unlink_mine=self._does("unlink"),
            claim=self._claim,
            list_licenses=self.list_licenses,
            list_devices=self.list_devices,
            list_events=self.list_events,
            rename_device=self._rename,
            free_device=self._does("free"),
            free_all_devices=self._does("free_all"),
            find_candidates=nothing,
            reactivate=nothing,
            new_holders=NewHolderServices(
                check_fresh=nothing,
                offer=nothing,
                list_handovers=self.list_handovers,
                find_handover=nothing,
                accept=nothing,
                undo=nothing,
                decline=nothing,
                ask_for_licenses=nothing,
                list_purchases=self.list_purchases,
                find_purchases=nothing,
                claim_purchases=nothing,
            ),
            windows=WindowsServices(
                report=nothing, list_mine=self.list_windows, forget=self._does("forget_windows")
            ),
            privacy=nothing,
        )

    async def list_handovers(
        self, _account: AccountRef, wish: PageWish = FIRST_PAGE, /, *, at: datetime
    ) -> Page[MyHandover]:
        return _page(self.handovers, wish, lambda item: item.id)

    async def list_purchases(self, _account: AccountRef, /, *, at: datetime) -> list[Waiting]:
        return self.purchases

    async def list_windows(self, _account: AccountRef, /) -> list[WindowsPc]:
        return self.windows

    async def list_licenses(
        self, _account: AccountRef, wish: PageWish = FIRST_PAGE, /, *, at: datetime
    ) -> Page[MyLicense]:
        return _page(self.licenses, wish, lambda item: item.license.id)

    async def list_devices(
        self, _account: AccountRef, wish: PageWish = FIRST_PAGE, /, *, at: datetime
    ) -> Page[MyDevice]:
        found: dict[str, MyDevice] = {}
        for mine in self.licenses:
            for seat in mine.devices:
                known = found.setdefault(seat.device.id, MyDevice(seat.device, []))
                known.seats.append(SeatOfMine(seat.activation, mine.license, seat.since, mine.can_move))  # type: ignore[attr-defined]
        return _page(list(found.values()), wish, lambda item: item.device.id)

    async def list_events(self, _account: AccountRef, wish: PageWish = FIRST_PAGE, /) -> Page[MyEvent]:
        return _page(self.events, wish, lambda item: item.id)

    async def _claim(self, key: Any, account: AccountRef, /, *, at: datetime) -> MyLicense:
        await self._does("claim")(key, account, at=at)
        return a_license(1, confirmed=self.claims_for_good)

    async def _rename(self, device_id: str, name: str, account: AccountRef, /, *, at: datetime) -> Any:
        if not name.strip():
            raise InvalidRequest(member="name")
        return await self._does("rename")(device_id, name, account, at=at)

    def _does(self, what: str) -> Any:
        async def do(*given: Any, at: datetime) -> Any:
            if self.refusal is not None:
                raise self.refusal
            self.done.append((what, *given))

        return do


def _page(items: list[Any], wish: PageWish, name: Any) -> Page[Any]:
    names = [name(item) for item in items]
    if wish.after is not None and wish.after not in names:
        raise NotFound
    start = 0 if wish.after is None else names.index(wish.after) + 1
    part = items[start : start + wish.limit]
    return Page(part, names[start + len(part) - 1] if start + len(part) < len(items) else None)
