"""Refusals: every way in which Mooring says no, named for what happened.

A refusal carries a stable ``code`` and its own ``members``, both of which appear in every document that
tells of it. The sentence for the customer and the next step belong to the code:
``mooring.core.wording.reasons``.
"""

from __future__ import annotations

from mooring.core.refusals.accounts import (
    AlreadyLinked,
    BrowserUnavailable,
    ConsentRequired,
    EditionMismatch,
    HandoverPending,
    HolderProvisional,
    LinkNotAllowed,
    NotLicenseHolder,
    PcLimitReached,
    SignInDeclined,
    SignInRequired,
    SignInTimedOut,
)
from mooring.core.refusals.computers import (
    CertificateExpired,
    CertificateInvalid,
    ClockWrong,
    DeviceUnknown,
    HardwareChanged,
    HardwareUnreadable,
    NoDigitalLicense,
    NotDeviceAdmin,
    OfflineCodeInvalid,
    PossibleClone,
    StorageUnwritable,
)
from mooring.core.refusals.licenses import (
    KeyMalformed,
    KeyUnknown,
    KeyWrongEdition,
    KeyWrongProduct,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
    TrialAlreadyUsed,
    TrialNotOffered,
)
from mooring.core.refusals.refusal import (
    Refusal,
)
from mooring.core.refusals.requests import (
    DeviceProofInvalid,
    IdempotencyConflict,
    InsufficientScope,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    ServiceUnavailable,
)
from mooring.core.refusals.seats import (
    MoveLimitReached,
    MoveNotAllowed,
    MovePending,
    SeatLimitReached,
)

__all__ = [
    "AlreadyLinked",
    "BrowserUnavailable",
    "CertificateExpired",
    "CertificateInvalid",
    "ClockWrong",
    "ConsentRequired",
    "DeviceProofInvalid",
    "DeviceUnknown",
    "EditionMismatch",
    "HandoverPending",
    "HardwareChanged",
    "HardwareUnreadable",
    "HolderProvisional",
    "IdempotencyConflict",
    "InsufficientScope",
    "InvalidRequest",
    "KeyMalformed",
    "KeyUnknown",
    "KeyWrongEdition",
    "KeyWrongProduct",
    "LicenseExpired",
    "LicenseRevoked",
    "LicenseSuspended",
    "LinkNotAllowed",
    "MoveLimitReached",
    "MoveNotAllowed",
    "MovePending",
    "NoDigitalLicense",
    "NotDeviceAdmin",
    "NotFound",
    "NotLicenseHolder",
    "OfflineCodeInvalid",
    "PayloadTooLarge",
    "PcLimitReached",
    "PossibleClone",
    "RateLimited",
    "Refusal",
    "SeatLimitReached",
    "ServiceUnavailable",
    "SignInDeclined",
    "SignInRequired",
    "SignInTimedOut",
    "StorageUnwritable",
    "TrialAlreadyUsed",
    "TrialNotOffered",
]
