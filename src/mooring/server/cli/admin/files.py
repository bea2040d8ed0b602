"""The JSON files that operators carry about: descriptors, requests, statements."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from mooring.server.licensing.domain.obstacles import ValueRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LARGEST = 1 << 20  # bytes


def write_json(path: Path, document: Mapping[str, object]) -> None:
    """Put ``document`` into ``path``, whole or not at all, in the place of what was there.

    Only its owner may change it, whatever the umask: programs trust the roots that a descriptor names. The
    draft is a new file, so that in a shared folder nobody's link leads the writing elsewhere.

    Raises:
        ValueRefused: The file cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.urandom(6).hex()}.draft")
    content = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    try:
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as stream:
                stream.write(content.encode())
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ValueRefused(f"{path} cannot be written: {error.strerror}.", "Choose another file.") from error


def read_json(path: Path) -> object:
    """Return the JSON document in ``path``.

    Raises:
        ValueRefused: The file cannot be read, or is not JSON.
    """
    try:
        with path.open("rb") as stream:
            return json.loads(stream.read(_LARGEST))
    except OSError as error:
        raise ValueRefused(f"{path} cannot be read: {error.strerror}.", "Check its name.") from error
    except (ValueError, RecursionError):
        raise ValueRefused(f"{path} is not a JSON document.", "Check that it is the right file.") from None
