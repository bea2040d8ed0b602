"""Refusals: every way in which Mooring says no, named for what happened.

A refusal carries a stable ``code`` and its own ``members``, both of which appear in every document that
tells of it. The sentence for the customer and the next step belong to the code:
``mooring.core.wording.reasons``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mooring.core.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime


class Refusal(Exception):
    """An answer of no that the person can act on.

    ``members`` holds what a document of this refusal adds to its code, ready for JSON: instants as text,
    and no member that is not known. It may hold a secret (a suggested product key), so only the code is
    ever printed.
    """

    code: ClassVar[str]

    def __init__(self, **members: object) -> None:
        super().__init__(self.code)
        self.members: dict[str, object] = {
            name: value for name, value in members.items() if value is not None
        }


class KeyMalformed(Refusal):
    """Not 25 valid characters, or a mistyped one.

    When exactly one symbol is wrong: its group, its position in the group (both 1-5), and the corrected key.
    """

    code = "key_malformed"

    def __init__(
        self, group: int | None = None, position: int | None = None, suggestion: str | None = None
    ) -> None:
        super().__init__(group=group, position=position, suggestion=suggestion)
        self.group = group
        self.position = position
        self.suggestion = suggestion


class KeyUnknown(Refusal):
    """The key is well-formed, but not one of this publisher's."""

    code = "key_unknown"


class KeyWrongProduct(Refusal):
    """The key is for another product, which is named only if the key exists."""

    code = "key_wrong_product"

    def __init__(self, product_name: str | None = None) -> None:
        super().__init__(product_name=product_name)
        self.product_name = product_name


class KeyWrongEdition(Refusal):
    """The key is for another edition than the one installed; ``edition`` is the key's."""

    code = "key_wrong_edition"

    def __init__(self, edition: str | None = None) -> None:
        super().__init__(edition=edition)
        self.edition = edition


class LicenseSuspended(Refusal):
    """The publisher suspended the license."""

    code = "license_suspended"


class LicenseRevoked(Refusal):
    """The publisher revoked the license."""

    code = "license_revoked"


class LicenseExpired(Refusal):
    """The license's term has ended."""

    code = "license_expired"

    def __init__(self, ended_at: datetime | None = None) -> None:
        super().__init__(ended_at=_text(ended_at))
        self.ended_at = ended_at


class TrialAlreadyUsed(Refusal):
    """This hardware had its trial of the product."""

    code = "trial_already_used"


class TrialNotOffered(Refusal):
    """The publisher offers no trial of the product, or of the edition."""

    code = "trial_not_offered"


class StorageUnwritable(Refusal):
    """The program may not write its data folder."""

    code = "storage_unwritable"

    def __init__(self, folder: str | None = None) -> None:
        super().__init__(folder=folder)
        self.folder = folder


class SeatLimitReached(Refusal):
    """Other devices hold every one of the license's ``seats``; for containers and builds: its ``leases``.

    ``devices`` are those devices, ready for JSON, told to nobody but the license's holder.
    """

    code = "seat_limit_reached"

    def __init__(
        self,
        seats: int,
        *,
        leases: int | None = None,
        devices: Iterable[Mapping[str, object]] | None = None,
    ) -> None:
        listed = None if devices is None else [dict(each) for each in devices]
        super().__init__(seats=seats, leases=leases, devices=listed)
        self.seats = seats
        self.leases = leases


class MoveNotAllowed(Refusal):
    """The policy ties the license to its first device."""

    code = "move_not_allowed"


class MoveLimitReached(Refusal):
    """The license moved as often as its policy allows; the next move is free at ``next_at``."""

    code = "move_limit_reached"

    def __init__(self, next_at: datetime | None = None) -> None:
        super().__init__(next_at=_text(next_at))
        self.next_at = next_at


class MovePending(Refusal):
    """The move waits for the publisher, who was asked at ``asked_at``."""

    code = "move_pending"

    def __init__(self, asked_at: datetime | None = None) -> None:
        super().__init__(asked_at=_text(asked_at))
        self.asked_at = asked_at


class HardwareChanged(Refusal):
    """This computer no longer matches its activation; ``differs`` names the component groups."""

    code = "hardware_changed"

    def __init__(self, differs: Iterable[str] = ()) -> None:
        self.differs = tuple(differs)
        super().__init__(differs=list(self.differs))


class NoDigitalLicense(Refusal):
    """No key was given, and no license is known for this hardware."""

    code = "no_digital_license"


class DeviceUnknown(Refusal):
    """The activation was removed, or never was."""

    code = "device_unknown"


class PossibleClone(Refusal):
    """Two copies of one installation keep renewing."""

    code = "possible_clone"


class CertificateInvalid(Refusal):
    """The certificate proves nothing here; ``why`` names the check that failed, such as ``signature``."""

    code = "certificate_invalid"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why


class CertificateExpired(Refusal):
    """The offline period was over at ``ended_at``."""

    code = "certificate_expired"

    def __init__(self, ended_at: datetime | None = None) -> None:
        super().__init__(ended_at=_text(ended_at))
        self.ended_at = ended_at


class ClockWrong(Refusal):
    """The computer's clock shows a time that is proven wrong."""

    code = "clock_wrong"


class SignInRequired(Refusal):
    """The action needs an account."""

    code = "sign_in_required"


class SignInDeclined(Refusal):
    """The person was asked in the browser, and did not let this computer in."""

    code = "sign_in_declined"


class SignInTimedOut(Refusal):
    """Nobody let this computer in while its code, or its page, was good."""

    code = "sign_in_timed_out"


class BrowserUnavailable(Refusal):
    """This computer has no browser that a program can open."""

    code = "browser_unavailable"


class NotDeviceAdmin(Refusal):
    """The policy asks an administrator of the computer to do this."""

    code = "not_device_admin"


class NotLicenseHolder(Refusal):
    """Another account, shown masked as ``holder``, holds the license."""

    code = "not_license_holder"

    def __init__(self, holder: str | None = None) -> None:
        super().__init__(holder=holder)
        self.holder = holder


class AlreadyLinked(Refusal):
    """The license is linked to another account, shown masked as ``holder``."""

    code = "already_linked"

    def __init__(self, holder: str | None = None) -> None:
        super().__init__(holder=holder)
        self.holder = holder


class HolderProvisional(Refusal):
    """The account became holder without the key, so until ``until`` it may not move or free seats."""

    code = "holder_provisional"

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__(until=_text(until))
        self.until = until


class LinkNotAllowed(Refusal):
    """The policy keeps the license with the organization."""

    code = "link_not_allowed"


class EditionMismatch(Refusal):
    """The chosen device's license is for another edition."""

    code = "edition_mismatch"


class OfflineCodeInvalid(Refusal):
    """The confirmation code is mistyped, in ``group`` (counted from 1) when only one looks wrong."""

    code = "offline_code_invalid"

    def __init__(self, group: int | None = None) -> None:
        super().__init__(group=group)
        self.group = group


class HardwareUnreadable(Refusal):
    """No hardware component could be read."""

    code = "hardware_unreadable"


class DeviceProofInvalid(Refusal):
    """The request is not signed by the installation's key as it must be; ``why`` names the failed check."""

    code = "device_proof_invalid"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why


class InvalidRequest(Refusal):
    """The request's ``member`` is missing or wrong.

    ``status`` tells a request that cannot be read (400) from one that is read but makes no sense (422).
    """

    code = "invalid_request"

    def __init__(self, member: str | None = None, status: int = 422) -> None:
        super().__init__(member=member)
        self.member = member
        self.status = status


class NotFound(Refusal):
    """There is nothing at this address."""

    code = "not_found"


class PayloadTooLarge(Refusal):
    """The request is longer than the server reads."""

    code = "payload_too_large"


class IdempotencyConflict(Refusal):
    """The idempotency key was used before with another request."""

    code = "idempotency_conflict"


class InsufficientScope(Refusal):
    """The token does not allow this."""

    code = "insufficient_scope"


class RateLimited(Refusal):
    """Too many tries; the next may come in ``retry_after`` seconds."""

    code = "rate_limited"

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__(retry_after=retry_after)
        self.retry_after = retry_after


class ServiceUnavailable(Refusal):
    """The server cannot answer now; it may in ``retry_after`` seconds."""

    code = "service_unavailable"

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__(retry_after=retry_after)
        self.retry_after = retry_after


def _text(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)
