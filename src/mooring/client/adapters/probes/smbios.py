"""What the firmware tells about the mainboard: its SMBIOS table (DMTF DSP0134)."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

_SYSTEM, _BASEBOARD, _END = 1, 2, 127
_UUID_AT, _SERIAL_AT = 0x08, 0x07


class Mainboard(NamedTuple):
    """The two numbers of a mainboard; "" where the firmware has none."""

    system_uuid: str
    board_serial: str


def read_mainboard(table: bytes, version: tuple[int, int]) -> Mainboard:
    """Find the mainboard's numbers in an SMBIOS structure table; a damaged table tells what it can.

    As Linux does, the first structure of each type counts, and from version 2.6 on the first three
    fields of the UUID are little-endian (DSP0134 §7.2.1): one computer has one UUID on every system.
    """
    system_uuid = board_serial = ""
    start = 0
    while start + 4 <= len(table):
        kind, length = table[start], table[start + 1]
        end = table.find(b"\0\0", start + length)
        if length < 4 or end < 0 or kind == _END:
            break
        fixed, strings = table[start : start + length], table[start + length : end].split(b"\0")
        if kind == _SYSTEM and not system_uuid and len(fixed) >= _UUID_AT + 16:
            raw = fixed[_UUID_AT : _UUID_AT + 16]
            system_uuid = str(UUID(bytes_le=raw) if version >= (2, 6) else UUID(bytes=raw))
        elif kind == _BASEBOARD and not board_serial and len(fixed) > _SERIAL_AT:
            board_serial = _string(strings, fixed[_SERIAL_AT])
        start = end + 2
    return Mainboard(system_uuid, board_serial)


def _string(strings: list[bytes], number: int) -> str:
    # Strings are numbered from 1; 0 means that there is none.
    if not 1 <= number <= len(strings):
        return ""
    return strings[number - 1].decode("latin-1").strip()
