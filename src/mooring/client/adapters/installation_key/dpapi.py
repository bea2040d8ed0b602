"""Windows' data protection: a secret that only the same Windows user can open again.

https://learn.microsoft.com/windows/win32/api/dpapi/nf-dpapi-cryptprotectdata
"""

from __future__ import annotations

import ctypes
from typing import Any

_NO_PROMPT = 0x1  # CRYPTPROTECT_UI_FORBIDDEN


class _Blob(ctypes.Structure):
    _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.POINTER(ctypes.c_char)))


class Dpapi:
    """Seals for the Windows user who runs the program.

    Args:
        crypt32: the library `crypt32.dll`, or a test's.
        kernel32: the library `kernel32.dll`, or a test's.
    """

    name = "dpapi"

    def __init__(self, crypt32: Any = None, kernel32: Any = None) -> None:  # noqa: ANN401 - foreign libraries
        self._crypt32 = crypt32 or ctypes.WinDLL("crypt32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
        self._kernel32 = kernel32 or ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
        self._kernel32.LocalFree.argtypes = [ctypes.c_void_p]  # or a 64-bit address would be cut in half

    def seal(self, secret: bytes) -> bytes:
        """Return ``secret`` sealed for this user.

        Raises:
            OSError: Windows refused.
        """
        return self._call(self._crypt32.CryptProtectData, secret)

    def open(self, sealed: bytes) -> bytes:
        """Return the secret that was sealed.

        Raises:
            OSError: it was sealed for another user, or was changed.
        """
        return self._call(self._crypt32.CryptUnprotectData, sealed)

    def _call(self, function: Any, content: bytes) -> bytes:  # noqa: ANN401 - a foreign function
        held = ctypes.create_string_buffer(content, len(content))
        given = _Blob(len(content), ctypes.cast(held, ctypes.POINTER(ctypes.c_char)))
        result = _Blob()
        done = function(
            ctypes.byref(given), None, None, None, None, ctypes.c_uint32(_NO_PROMPT), ctypes.byref(result)
        )
        if not done:
            raise OSError("Windows refused to seal or open the installation key")
        try:
            return ctypes.string_at(result.data, result.size)
        finally:
            self._kernel32.LocalFree(ctypes.cast(result.data, ctypes.c_void_p))
