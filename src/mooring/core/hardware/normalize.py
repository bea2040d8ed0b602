"""What a computer reports, in one spelling; placeholders and virtual values are dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from mooring.core.hardware.components import COMPONENTS, MAC_ADDRESS_LIMIT, MAC_ADDRESSES

RawComponents = Mapping[str, str | Sequence[str]]
"""Component name to the value the computer reports; ``mac_addresses`` has a list."""

_IDENTIFIERS = frozenset({"system_uuid", "machine_id", "root_filesystem_uuid"})

# What firmware carries when its maker filled in nothing, as letters and digits only.
_PLACEHOLDER_WORDS: Final = """
    baseboardserialnumber boardserialnumber chassisserialnumber default defaultstring empty
    filledbyoem invalid mainboardserialnumber na no none notapplicable notavailable notsettable
    notspecified null oem oemserial productserial sernum0 serial serialno serialnumber sn standard
    systemserialnumber tobefilledbyoem tobefilledbyoemtobefilledbyoem tobefilledbyoemx
    type1systemserialnumber type2boardserialnumber uninitialized unknown undefined unspecified
    0123456789 1234567890 123456789 12345678 1234567 123456 12345 0123456789abcdef 1234567890abcdef
    mb1234567890 bss0123456789 sys1234567890
    03000200040005000006000700080009 00020003000400050006000700080009
    12345678123456781234567812345678 123456781234567890abcddeefaabbcc
"""
_PLACEHOLDERS: Final = frozenset(_PLACEHOLDER_WORDS.split())

# What emulators give every machine, or number through: the same on thousands of computers.
_VIRTUAL_PREFIXES: Final = (
    "qm0000",
    "qemu",
    "drivescsi",
    "drivevirtio",
    "driveide",
    "drivesata",
    "drivenvme",
    "persistentdisk",
    "vmwarenvme",
    "bhyve",
    "overlay",
)

# Makers' prefixes (IEEE OUI) that emulators draw their addresses from, and those of dial-up adapters.
_VIRTUAL_OUIS: Final = (
    "000569",  # VMware
    "000c29",
    "001c14",
    "005056",
    "00155d",  # Hyper-V
    "00163e",  # Xen
    "001c42",  # Parallels
    "080027",  # VirtualBox
    "005345",  # Windows remote access
    "444553",
)


def normalize(raw: RawComponents) -> dict[str, str | tuple[str, ...]]:
    """Return the components of ``raw`` that identify a computer, each in its one spelling.

    Placeholders, virtual values and names that are no component are left out: absence is no
    evidence, while a value shared by thousands would be false evidence. ``mac_addresses`` is sorted,
    without repetition, at most eight.
    """
    normalized: dict[str, str | tuple[str, ...]] = {}
    for name in COMPONENTS:
        given = raw.get(name)
        if given is None:
            continue
        value = _addresses(given) if name == MAC_ADDRESSES else _single(name, given)
        if value:
            normalized[name] = value
    return normalized


def _single(name: str, given: str | Sequence[str]) -> str | None:
    if not isinstance(given, str):
        return None
    text = " ".join(given.replace("\0", " ").split()).casefold()
    letters = "".join(filter(str.isalnum, text))
    if len(set(letters)) < 2 or letters in _PLACEHOLDERS or letters.startswith(_VIRTUAL_PREFIXES):
        return None
    # An identifier is the same with and without its dashes and braces; in a serial they may count.
    return letters if name in _IDENTIFIERS else text


def _addresses(given: str | Sequence[str]) -> tuple[str, ...]:
    candidates = (given,) if isinstance(given, str) else given
    return tuple(sorted({address for text in candidates if (address := _address(text))}))[:MAC_ADDRESS_LIMIT]


def _address(text: str) -> str | None:
    digits = "".join(filter(str.isalnum, text)).lower()
    if len(digits) != 12 or not set(digits) <= set("0123456789abcdef"):
        return None
    # IEEE 802: bit 0 of the first octet is multicast, bit 1 locally administered, which is what
    # randomized, container and most virtual addresses are.
    if int(digits[:2], 16) & 0b11 or digits.startswith(_VIRTUAL_OUIS) or len(set(digits)) < 2:
        return None
    return digits
