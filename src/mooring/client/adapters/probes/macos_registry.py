"""The I/O registry, in which macOS keeps its devices, through ctypes."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_bool, c_char_p, c_int, c_long, c_uint32, c_ulong, c_void_p
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAMEWORKS = "/System/Library/Frameworks/{0}.framework/{0}"
_UTF8 = 0x08000100  # kCFStringEncodingUTF8
_ANY_PORT = 0  # kIOMainPortDefault
_SERVICE_PLANE = b"IOService"
_UPWARD = 0x1 | 0x2  # kIORegistryIterateRecursively | kIORegistryIterateParents

Value = str | bytes | bool | dict[str, "Value"] | None
"""A property, as far as a probe needs one."""


class IORegistry:
    """Entries are numbers, 0 is none, and asking about none answers None.

    A probe runs once at a program's start and meets a few dozen entries, which are left to the end of
    the process; copies of properties are released.
    """

    def __init__(self) -> None:
        self._cf = ctypes.CDLL(_FRAMEWORKS.format("CoreFoundation"))
        self._io = ctypes.CDLL(_FRAMEWORKS.format("IOKit"))
        _declare(self._cf, self._io)

    def find(self, class_name: bytes) -> int:
        """Return the first entry of a class."""
        matching = self._io.IOServiceMatching(class_name)
        return int(self._io.IOServiceGetMatchingService(_ANY_PORT, matching))

    def find_disk(self, device: str) -> int:
        """Return the entry of a disk, partition or volume by its name below ``/dev``."""
        matching = self._io.IOBSDNameMatching(_ANY_PORT, 0, device.encode())
        return int(self._io.IOServiceGetMatchingService(_ANY_PORT, matching))

    def all(self, class_name: bytes) -> Iterator[int]:
        """Return every entry of a class."""
        iterator = c_uint32()
        matching = self._io.IOServiceMatching(class_name)
        if self._io.IOServiceGetMatchingServices(_ANY_PORT, matching, byref(iterator)) == 0:
            while entry := self._io.IOIteratorNext(iterator):
                yield int(entry)

    def value(self, entry: int, name: bytes) -> Value:
        """Return a property of the entry itself."""
        if not entry:
            return None
        key = self._cf.CFStringCreateWithCString(None, name, _UTF8)
        return self._take(self._io.IORegistryEntryCreateCFProperty(entry, key, None, 0), key)

    def value_above(self, entry: int, name: bytes) -> Value:
        """Return a property of the entry or, without one, of what it hangs on."""
        if not entry:
            return None
        key = self._cf.CFStringCreateWithCString(None, name, _UTF8)
        found = self._io.IORegistryEntrySearchCFProperty(entry, _SERVICE_PLANE, key, None, _UPWARD)
        return self._take(found, key)

    def _take(self, reference: int | None, key: int) -> Value:
        """Return the value of a copy, and release it together with the key it was asked by."""
        try:
            return self._read(reference)
        finally:
            for each in filter(None, (reference, key)):
                self._cf.CFRelease(each)

    def _read(self, reference: int | None) -> Value:
        if not reference:
            return None
        cf = self._cf
        kind = cf.CFGetTypeID(reference)
        if kind == cf.CFStringGetTypeID():
            buffer = ctypes.create_string_buffer(1024)
            done = cf.CFStringGetCString(reference, buffer, len(buffer), _UTF8)
            return buffer.value.decode("utf-8", "replace") if done else None
        if kind == cf.CFDataGetTypeID():
            return ctypes.string_at(cf.CFDataGetBytePtr(reference), cf.CFDataGetLength(reference))
        if kind == cf.CFBooleanGetTypeID():
            return bool(cf.CFBooleanGetValue(reference))
        if kind == cf.CFDictionaryGetTypeID():
            return self._read_dictionary(reference)
        return None

    def _read_dictionary(self, reference: int) -> dict[str, Value]:
        count = self._cf.CFDictionaryGetCount(reference)
        keys, values = (c_void_p * count)(), (c_void_p * count)()
        self._cf.CFDictionaryGetKeysAndValues(reference, keys, values)
        return {str(self._read(key)): self._read(value) for key, value in zip(keys, values, strict=True)}


def _declare(cf: ctypes.CDLL, io: ctypes.CDLL) -> None:
    """Tell ctypes what the functions take and return: undeclared, it would cut pointers to 32 bits."""
    references = POINTER(c_void_p)
    signatures: tuple[tuple[Any, Any, list[Any]], ...] = (
        (cf.CFBooleanGetTypeID, c_ulong, []),
        (cf.CFBooleanGetValue, c_bool, [c_void_p]),
        (cf.CFDataGetBytePtr, c_void_p, [c_void_p]),
        (cf.CFDataGetLength, c_long, [c_void_p]),
        (cf.CFDataGetTypeID, c_ulong, []),
        (cf.CFDictionaryGetCount, c_long, [c_void_p]),
        (cf.CFDictionaryGetKeysAndValues, None, [c_void_p, references, references]),
        (cf.CFDictionaryGetTypeID, c_ulong, []),
        (cf.CFGetTypeID, c_ulong, [c_void_p]),
        (cf.CFRelease, None, [c_void_p]),
        (cf.CFStringCreateWithCString, c_void_p, [c_void_p, c_char_p, c_uint32]),
        (cf.CFStringGetCString, c_bool, [c_void_p, c_char_p, c_long, c_uint32]),
        (cf.CFStringGetTypeID, c_ulong, []),
        (io.IOBSDNameMatching, c_void_p, [c_uint32, c_uint32, c_char_p]),
        (io.IOIteratorNext, c_uint32, [c_uint32]),
        (io.IORegistryEntryCreateCFProperty, c_void_p, [c_uint32, c_void_p, c_void_p, c_uint32]),
        (
            io.IORegistryEntrySearchCFProperty,
            c_void_p,
            [c_uint32, c_char_p, c_void_p, c_void_p, c_uint32],
        ),
        (io.IOServiceGetMatchingService, c_uint32, [c_uint32, c_void_p]),
        (io.IOServiceGetMatchingServices, c_int, [c_uint32, c_void_p, POINTER(c_uint32)]),
        (io.IOServiceMatching, c_void_p, [c_char_p]),
    )
    for function, answer, arguments in signatures:
        function.restype = answer
        function.argtypes = arguments
