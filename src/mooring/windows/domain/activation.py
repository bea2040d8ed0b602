"""How Windows is activated: its records, judged into the three answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from mooring.windows.domain import channels
from mooring.windows.domain.unreadable import WindowsUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.windows.domain.records import Product, Records, System

ACTIVATED = "activated"
GRACE = "grace"
NOT_ACTIVATED = "not_activated"
UNKNOWN = "unknown"
DOES_NOT_APPLY = "does_not_apply"

LICENSED = 1
NON_GENUINE_GRACE = 4
STATUS_NAMES = (
    "unlicensed",
    "licensed",
    "oob_grace",
    "oot_grace",
    "non_genuine_grace",
    "notification",
    "extended_grace",
)
"""The names of LicenseStatus 0 to 6."""

NO_PRODUCT_KEY = 0xC004F014
ACCESS_DENIED = frozenset({0x8007_0005, 0x8004_1003})
SERVICE_DISABLED = 0x8007_0422
_STORE_LICENSE = 0x4004_F401  # what slmgr tells as "the application has a store license"
_WINDOWS_11 = 22000
_PC = 1

_STATES: Mapping[int, str] = {
    0: NOT_ACTIVATED,
    1: ACTIVATED,
    2: GRACE,
    3: GRACE,
    4: NOT_ACTIVATED,  # time is left, but of a copy that Windows calls not genuine
    5: NOT_ACTIVATED,
    6: GRACE,
}
_BEST_FIRST = (1, 2, 6, 3, 4, 5, 0)
_FAMILIES: Mapping[int, str] = {
    4: "Enterprise",
    7: "ServerStandard",
    8: "ServerDatacenter",
    27: "EnterpriseN",
    48: "Professional",
    49: "ProfessionalN",
    72: "EnterpriseEval",
    79: "ServerStandardEval",
    80: "ServerDatacenterEval",
    98: "CoreN",
    99: "CoreCountrySpecific",
    100: "CoreSingleLanguage",
    101: "Core",
    121: "Education",
    125: "EnterpriseS",
    129: "EnterpriseSEval",
    161: "ProfessionalWorkstation",
    164: "ProfessionalEducation",
}
"""The family of an edition that runs, by its OperatingSystemSKU."""


class WindowsActivation(NamedTuple):
    """The three answers about Windows, and what they rest on.

    Attributes:
        system: which Windows this is.
        product: the edition's record; None where no product key is installed.
        state: is it active: `ACTIVATED`, `GRACE`, `NOT_ACTIVATED` or `UNKNOWN`.
        channel: how: what it was sold as.
        method: how: ``digital_license``, ``product_key``, ``organization``, ``subscription`` or
            ``trial``; None where the records do not tell.
        ends_at: when the grace period, the evaluation or the organization's activation ends, unless renewed.
        linked: linked to a Microsoft account: `UNKNOWN`, since no documented interface tells, or
            `DOES_NOT_APPLY`, since such a license belongs to no person.
        problem: the code of what is wrong; None where nothing is, or Windows does not tell.
    """

    system: System
    product: Product | None
    state: str
    channel: str
    method: str | None
    ends_at: datetime | None
    linked: str
    problem: int | None

    @property
    def is_windows_11(self) -> bool:
        """Whether Settings looks as in Windows 11."""
        return (self.system.build or 0) >= _WINDOWS_11

    @property
    def is_server(self) -> bool:
        """Whether it is a Windows Server."""
        family = self.product.family if self.product else ""
        return (self.system.kind or _PC) != _PC or family.startswith("Server")


def judge(records: Records, *, at: datetime) -> WindowsActivation:
    """Return the three answers that the records allow at the moment ``at``.

    Raises:
        WindowsUnreadable: Windows did not tell its licenses.
    """
    product = _the_one_that_runs(records)
    if product is None:
        _fail_where_licenses_were_not_told(records)
        return WindowsActivation(
            records.system, None, NOT_ACTIVATED, channels.UNKNOWN, None, None, UNKNOWN, NO_PRODUCT_KEY
        )
    state = _STATES.get(-1 if product.status is None else product.status, UNKNOWN)
    channel = channels.channel_of(product, subscribed=records.subscribed)
    judged = WindowsActivation(
        system=records.system,
        product=product,
        state=state,
        channel=channel,
        method=_method(product, channel) if state == ACTIVATED else None,
        ends_at=_end(product, channel, at),
        linked=UNKNOWN,
        problem=product.reason if state != ACTIVATED else None,
    )
    personal = channel in channels.PERSONAL or channel == channels.UNKNOWN
    return judged if personal and not judged.is_server else judged._replace(linked=DOES_NOT_APPLY)


def _the_one_that_runs(records: Records) -> Product | None:
    """Return the record of the edition that runs: the others are keys that lie beside it."""
    family = _FAMILIES.get(records.system.sku or 0)

    def fitting(product: Product) -> tuple[bool, bool, int]:
        status = product.status if product.status in _BEST_FIRST else None
        rank = len(_BEST_FIRST) if status is None else _BEST_FIRST.index(status)
        return product.is_addon, product.family != family, rank

    return min((each for each in records.products if not each.is_addon), key=fitting, default=None)


def _fail_where_licenses_were_not_told(records: Records) -> None:
    if "products" not in records.failures:
        return
    fault = records.failures["products"]
    if fault in ACCESS_DENIED:
        raise WindowsUnreadable("access_denied", fault)
    raise WindowsUnreadable("service_disabled" if fault == SERVICE_DISABLED else "no_answer", fault)


def _method(product: Product, channel: str) -> str | None:
    if channel == channels.EVALUATION:
        return "trial"
    if channel == channels.SUBSCRIPTION:
        return "subscription"
    if channel in {channels.VOLUME_KMS, channels.VIRTUAL_MACHINE}:
        return "organization"
    if channel in {channels.VOLUME_MAK, channels.KMS_HOST}:
        return "product_key"
    if product.reason == _STORE_LICENSE or (
        channel == channels.RETAIL and channels.brings_its_own_key(product)
    ):
        return "digital_license"
    return None  # a key of one's own may have become a digital license since: only Settings tells


def _end(product: Product, channel: str, at: datetime) -> datetime | None:
    if product.minutes_left is not None:
        return at + timedelta(minutes=product.minutes_left)
    return product.evaluation_ends_at if channel == channels.EVALUATION else None
