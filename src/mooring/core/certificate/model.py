"""The certificate's claims as typed values: what one says, without whether it is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.core.hardware.matching import Tolerance
from mooring.core.hardware.profile import HardwareProfile
from mooring.core.identifiers import ActivationId, DeviceId, InstallationId, LicenseId
from mooring.core.instants import format_instant, format_instant_or_none, to_seconds
from mooring.core.jose.members import Members

if TYPE_CHECKING:
    from datetime import datetime

VERSION = 1
"""The claim ``ver``: how the other claims are to be read."""

HEAD_START = 300
"""How many seconds before ``iat`` a certificate counts (``nbf``), for slow clocks."""

MAX_ENTITLEMENTS = 64
MAX_ENTITLEMENT_BYTES = 48

_TOLERANCES = {each.value: each for each in Tolerance}


class StatusReference(NamedTuple):
    """Where a certificate's status is published (IETF Token Status List)."""

    idx: int
    uri: str


class Holder(NamedTuple):
    """The account that holds a license, as far as its device is told.

    ``provisional_until`` says until when a holder who is not confirmed may be refused on the device.
    """

    masked: str
    provider: str | None = None
    provisional_until: datetime | None = None

    @classmethod
    def from_claim(cls, claim: Members) -> Holder:
        """Read the claim ``license.holder``, or raise WrongMember."""
        until = claim.instant_or_none("provisional_until")
        return cls(claim.text("masked"), claim.text_or_none("provider"), until)

    def to_claim(self) -> dict[str, Any]:
        """Return the claim ``license.holder``."""
        claim: dict[str, Any] = {"masked": self.masked, "provider": self.provider}
        if self.provisional_until is not None:
            claim["provisional_until"] = format_instant(self.provisional_until)
        return claim


class MoveAllowance(NamedTuple):
    """Whether a license can move to other hardware; ``left`` is None where moves are unlimited."""

    allowed: bool
    left: int | None = None
    next_at: datetime | None = None

    @classmethod
    def from_claim(cls, claim: Members) -> MoveAllowance:
        """Read the claim ``license.can_move``, or raise WrongMember."""
        left = None if claim.is_null("left") else claim.number("left")
        return cls(claim.flag("allowed"), left, claim.instant_or_none("next_at"))


class LicenseClaims(NamedTuple):
    """What a certificate says of the license behind it."""

    id: LicenseId
    edition: str
    channel: str
    method: str
    linked: bool
    holder: Holder | None
    last_five: str | None
    expires_at: datetime | None
    can_move: MoveAllowance | None

    def to_claim(self) -> dict[str, Any]:
        """Return the claim ``license``."""
        claim: dict[str, Any] = {
            "id": self.id,
            "edition": self.edition,
            "channel": self.channel,
            "method": self.method,
            "linked": self.linked,
            "last_five": self.last_five,
            "expires_at": format_instant_or_none(self.expires_at),
            "can_move": None,
        }
        if self.holder is not None:
            claim["holder"] = self.holder.to_claim()
        if self.can_move is not None:
            allowed, left, next_at = self.can_move
            claim["can_move"] = {"allowed": allowed, "left": left, "next_at": format_instant_or_none(next_at)}
        return claim

    @classmethod
    def from_claim(cls, claim: Members) -> LicenseClaims:
        """Read the claim ``license``, or raise WrongMember."""
        holder = claim.object_or_none("holder")
        can_move = claim.object_or_none("can_move")
        return cls(
            id=LicenseId(claim.text("id")),
            edition=claim.text("edition"),
            channel=claim.text("channel"),
            method=claim.text("method"),
            linked=claim.flag("linked"),
            holder=None if holder is None else Holder.from_claim(holder),
            last_five=claim.text_or_none("last_five"),
            expires_at=claim.instant_or_none("expires_at"),
            can_move=None if can_move is None else MoveAllowance.from_claim(can_move),
        )


class Certificate(NamedTuple):
    """The proof of an activation, as one installation of one device keeps it.

    Times are whole seconds in UTC, in order: ``issued_at``, ``renew_at``, ``grace_at``, ``expires_at``.
    ``hardware`` holds the hashes as the computer sent them.
    """

    issuer: str
    product: str
    activation: ActivationId
    issued_at: datetime
    renew_at: datetime
    grace_at: datetime
    expires_at: datetime
    jti: str
    sequence: int
    jkt: str
    status_list: StatusReference
    installation_id: InstallationId
    device_id: DeviceId
    device_name: str
    license: LicenseClaims
    entitlements: tuple[str, ...]
    tolerance: Tolerance
    hardware: HardwareProfile

    def to_claims(self) -> dict[str, Any]:
        """Return the claims set, ready to be signed."""
        issued_at = to_seconds(self.issued_at)
        return {
            "ver": VERSION,
            "iss": self.issuer,
            "aud": self.product,
            "sub": self.activation,
            "iat": issued_at,
            "nbf": issued_at - HEAD_START,
            "renew_at": to_seconds(self.renew_at),
            "grace_at": to_seconds(self.grace_at),
            "exp": to_seconds(self.expires_at),
            "jti": self.jti,
            "seq": self.sequence,
            "cnf": {"jkt": self.jkt},
            "status": {"status_list": {"idx": self.status_list.idx, "uri": self.status_list.uri}},
            "installation": self.installation_id,
            "device": {"id": self.device_id, "name": self.device_name},
            "license": self.license.to_claim(),
            "entitlements": list(self.entitlements),
            "hardware": {**self.hardware.to_wire(), "tolerance": self.tolerance.value},
        }

    @classmethod
    def from_claims(cls, claims: dict[str, Any]) -> Certificate:
        """Read a claims set; unknown members are ignored.

        Raises:
            WrongMember: naming the first claim that is missing or has the wrong type or form.
        """
        root = Members(claims)
        issued_at = root.seconds("iat")
        if root.number("nbf") != claims["iat"] - HEAD_START:
            raise root.wrong("nbf")
        status = root.object("status").object("status_list")
        device = root.object("device")
        tolerance, hardware = _read_hardware(root)
        return cls(
            issuer=root.text("iss"),
            product=root.text("aud"),
            activation=ActivationId(root.text("sub")),
            issued_at=issued_at,
            renew_at=root.seconds("renew_at"),
            grace_at=root.seconds("grace_at"),
            expires_at=root.seconds("exp"),
            jti=root.text("jti"),
            sequence=root.number("seq", least=1),
            jkt=root.object("cnf").text("jkt"),
            status_list=StatusReference(status.number("idx"), status.text("uri", longest=2000)),
            installation_id=InstallationId(root.text("installation")),
            device_id=DeviceId(device.text("id")),
            device_name=device.text("name"),
            license=LicenseClaims.from_claim(root.object("license")),
            entitlements=_read_entitlements(root),
            tolerance=tolerance,
            hardware=hardware,
        )


def _read_entitlements(claims: Members) -> tuple[str, ...]:
    entitlements = claims.array("entitlements", most=MAX_ENTITLEMENTS)
    for each in entitlements:
        if not isinstance(each, str) or not 0 < len(each.encode("utf-8")) <= MAX_ENTITLEMENT_BYTES:
            raise claims.wrong("entitlements")
    return tuple(entitlements)


def _read_hardware(claims: Members) -> tuple[Tolerance, HardwareProfile]:
    tolerance = claims.object("hardware").text("tolerance")
    try:
        profile = HardwareProfile.from_wire(claims.raw("hardware"))
    except ValueError:
        raise claims.wrong("hardware") from None
    # A tolerance invented after this program was built is read as the narrowest one.
    return _TOLERANCES.get(tolerance, Tolerance.STRICT), profile
