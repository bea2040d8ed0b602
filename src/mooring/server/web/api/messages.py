"""What is said over HTTP: the bodies of requests and answers, checked as they are read."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mooring.core.hardware.profile import HardwareProfile
from mooring.core.refusals import InvalidRequest

MOST_INTEGER = 2**53 - 1
"""Integers stay below 2^53, so that every JSON reader keeps them exact."""

END = r"$(?!\n)"
"""Ends a pattern. Alone, Python's ``$`` also stands before a line break at the end of the text."""

Slug = Annotated[
    str, Meta(pattern=f"^[a-z0-9]+(?:-[a-z0-9]+)*{END}", max_length=64, examples=["harbor-notes"])
]
Line = Annotated[str, Meta(pattern=f"^[^\\u0000-\\u001f\\u007f]*{END}")]
"""One line of text for people: no control characters."""
TypedKey = Annotated[str, Meta(max_length=400, examples=["BCDFG-HJKMN-PQRTV-WXY23-46789"])]
"""A product key as it was typed."""
ActivationIdText = Annotated[str, Meta(pattern="^act_[0-7][0-9a-hjkmnp-tv-z]{25}" + END)]
LicenseIdText = Annotated[str, Meta(pattern="^lic_[0-7][0-9a-hjkmnp-tv-z]{25}" + END)]
# The patterns of hashes are for the document alone: the domain checks each hash as it reads the profile.
TightHash = Annotated[str, Meta(extra_json_schema={"pattern": "^[A-Za-z0-9_-]{21}[AQgw]$"})]
"""16 bytes of a keyed hash, base64url."""
LooseHash = Annotated[str, Meta(extra_json_schema={"pattern": "^[A-Za-z0-9_-]{4}$"})]
"""3 bytes of a keyed hash, base64url: many values share one."""


class Components(msgspec.Struct, kw_only=True):
    """The keyed hashes of a computer's components; what could not be read is absent."""

    board_serial: LooseHash | UnsetType = UNSET
    system_uuid: TightHash | UnsetType = UNSET
    root_disk_serial: LooseHash | UnsetType = UNSET
    mac_addresses: Annotated[list[LooseHash], Meta(min_length=1, max_length=8)] | UnsetType = UNSET
    cpu_id: LooseHash | UnsetType = UNSET
    machine_id: TightHash | UnsetType = UNSET
    root_filesystem_uuid: TightHash | UnsetType = UNSET


class Hardware(msgspec.Struct, kw_only=True):
    """A hardware profile."""

    v: Annotated[int, Meta(ge=1, le=1)]
    components: Components

    def profile(self) -> HardwareProfile:
        """Return it as the domain's value.

        Raises:
            InvalidRequest: a hash is not spelled as it must be.
        """
        try:
            return HardwareProfile.from_wire(msgspec.to_builtins(self))
        except ValueError as error:
            raise InvalidRequest(member=str(error).split(" ", 1)[0]) from None


class DeviceMessage(msgspec.Struct, kw_only=True):
    """What a computer says about itself."""

    platform: Annotated[str, Meta(pattern=f"^[a-z0-9_-]+{END}", max_length=32, examples=["linux"])]
    os_version: Annotated[Line, Meta(max_length=64)] | None = None
    app_version: Annotated[Line, Meta(max_length=64)] | None = None
    name: Annotated[Line, Meta(max_length=100)] | None = None
    admin: bool = False


class Accepts(msgspec.Struct, kw_only=True):
    """The versions that the client understands."""

    certificate: list[int] | None = None
    hardware: list[int] | None = None

    def check(self) -> None:
        """Return only if version 1, the only one there is, is among them.

        Raises:
            InvalidRequest: the client understands only versions that this server does not speak.
        """
        for member in ("certificate", "hardware"):
            versions = getattr(self, member)
            if versions is not None and 1 not in versions:
                raise InvalidRequest(member=f"accepts.{member}")


class ActivationMessage(msgspec.Struct, kw_only=True):
    """A computer asks to be activated: with a key, with a license, as a trial, or by its hardware alone."""

    product: Slug
    hardware: Hardware
    device: DeviceMessage
    environment: Annotated[
        str,
        Meta(max_length=32, description="computer, container or ci; what is not known counts as computer"),
    ] = "computer"
    edition: Slug | None = None
    product_key: TypedKey | None = None
    license_id: LicenseIdText | None = None
    trial: bool = False
    replaces: ActivationIdText | None = None
    accepts: Accepts | None = None


class RenewalMessage(msgspec.Struct, kw_only=True):
    """An installation exchanges its certificate; ``sequence`` is that of the one it holds."""

    sequence: Annotated[int, Meta(ge=0, le=MOST_INTEGER)]
    hardware: Hardware
    app_version: Annotated[Line, Meta(max_length=64)] | None = None
    accepts: Accepts | None = None


class ValidationMessage(msgspec.Struct, kw_only=True):
    """Somebody asks whether a key or a certificate is good."""

    product: Slug
    product_key: TypedKey | None = None
    certificate: Annotated[str, Meta(max_length=16 * 1024)] | None = None
    hardware: Hardware | None = None
    entitlements: Annotated[list[Annotated[str, Meta(max_length=48)]], Meta(max_length=64)] | None = None
    accepts: Accepts | None = None


class LicenseView(msgspec.Struct, kw_only=True):
    """The license that an activation draws on."""

    id: str
    channel: str
    last_five: str | None
    expires_at: str | None


class DeviceView(msgspec.Struct, kw_only=True):
    """The computer, by the name it is shown under."""

    id: str
    name: str


class InstallationView(msgspec.Struct, kw_only=True):
    """The key pair that asked."""

    id: str


class MoveView(msgspec.Struct, kw_only=True):
    """Whether the license can move to another computer; ``left`` is null where that is not limited."""

    allowed: bool
    left: int | None
    next_at: str | None


class HolderView(msgspec.Struct, kw_only=True):
    """The account that holds the license; while it is not confirmed, until when it may be refused here."""

    masked: str
    provider: str | None
    provisional_until: str | None = None


class ActivationView(msgspec.Struct, kw_only=True):
    """An activation. ``ends_at`` is a lease's end, ``advice`` what the person should be told."""

    id: str
    product: str
    edition: str
    method: str
    linked: bool
    holder: HolderView | None
    license: LicenseView
    device: DeviceView
    installation: InstallationView
    can_move: MoveView | None
    ends_at: str | None
    advice: list[str]


class ActivationAnswer(msgspec.Struct, kw_only=True):
    """The activation, its certificate, and what was sent without consent and therefore not kept."""

    activation: ActivationView
    certificate: str
    dropped: list[str]


class ValidationAnswer(msgspec.Struct, kw_only=True):
    """Is it good? ``code`` is the reason where it is not, else null."""

    valid: bool
    code: str | None


class HealthAnswer(msgspec.Struct, kw_only=True):
    """The server's state, in one word."""

    status: str


class NextStep(msgspec.Struct, kw_only=True):
    """What the person can do about a refusal."""

    action: str
    label: str
    url: str | None = None


class Problem(msgspec.Struct, kw_only=True):
    """A refusal (RFC 9457). Each reason may add members of its own."""

    type: str
    status: int
    title: str
    detail: str
    code: str
    next: NextStep
    member: str | None = None
