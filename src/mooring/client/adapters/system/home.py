"""The home folder: where an installation keeps its state on each platform."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mooring.client.adapters.store.document import Owner

_ISSUER_SYMBOLS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")


def home_folder(owner: Owner, given: str | os.PathLike[str] | None = None) -> str:
    """Return ``given``, else `MOORING_HOME`, else ``<local data>/mooring/<issuer>/<product>``.

    The local data folder never roams: a certificate is bound to this computer.
    """
    chosen = given or os.environ.get("MOORING_HOME")
    if chosen:
        return _absolute(os.path.expanduser(os.fspath(chosen)))
    return os.path.join(_local_data(), "mooring", folder_name(owner.issuer), folder_name(owner.product))


def folder_name(text: str) -> str:
    """Return ``text`` as the name of a folder on every platform; different texts stay apart.

    >>> folder_name("https://licenses.example/")
    'licenses.example'
    >>> folder_name("http://127.0.0.1:8000")
    'http_3a_2f_2f127.0.0.1_3a8000'
    """
    plain = text.removeprefix("https://").rstrip("/")
    safe = "".join(
        symbol if symbol in _ISSUER_SYMBOLS else "".join(f"_{byte:02x}" for byte in symbol.encode())
        for symbol in plain
    )
    return "_2e" + safe[1:] if safe.startswith(".") else safe


def _absolute(path: str) -> str:
    try:
        return os.path.abspath(path)
    except OSError:  # the folder that the program was started in is gone: nothing relative to it can be used
        return path


def _local_data() -> str:
    if sys.platform in {"win32", "darwin"}:
        from platformdirs import user_data_dir  # noqa: PLC0415 - costs milliseconds, and Linux needs none of it

        return user_data_dir(appname=None, appauthor=False, roaming=False)
    chosen = os.environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(chosen):
        return chosen
    home = os.path.expanduser("~")
    # A user whom the system does not know, as in some containers, has no home: "~" would be a folder here.
    return os.path.join(home if os.path.isabs(home) else os.sep, ".local", "share")
