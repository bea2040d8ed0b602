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

    Raises:
        ValueRefused: The file cannot be written.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
        os.replace(draft, path)
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
    except ValueError:
        raise ValueRefused(f"{path} is not a JSON document.", "Check that it is the right file.") from None
