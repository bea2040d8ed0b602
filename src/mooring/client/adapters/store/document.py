"""The state document: the store's file, with a checksum that tells a whole file from a torn one."""

from __future__ import annotations

import json
from typing import NamedTuple

from mooring.client.domain.stored_state import StoredState
from mooring.core.jose.digest import sha256

_VERSION = 1
_MOST_BYTES = 4 * 1024 * 1024


class Owner(NamedTuple):
    """Whose state it is: two programs may be pointed at one folder by mistake."""

    issuer: str
    product: str


class Damaged(ValueError):
    """The file is not a whole state document."""


class BelongsToAnother(ValueError):
    """The file is the state of another product or publisher."""


def write_document(state: StoredState, owner: Owner) -> bytes:
    """Return the file that holds ``state``."""
    content = {"mooring": _VERSION, **owner._asdict(), "state": state.to_document()}
    return _text({**content, "checksum": _checksum(content)}).encode() + b"\n"


def read_document(file: bytes, owner: Owner) -> StoredState:
    """Return the state that ``file`` holds.

    Raises:
        Damaged: the file is torn, or was changed.
        BelongsToAnother: the file is whole, and another product's.
    """
    try:
        if len(file) > _MOST_BYTES:
            raise Damaged("the file is far too long")
        content = json.loads(file)
        checksum = content.pop("checksum")
        if checksum != _checksum(content) or content["mooring"] != _VERSION:
            raise Damaged("the checksum is not right")
        its_owner = Owner(content["issuer"], content["product"])
        state = StoredState.from_document(content["state"])
    except Damaged:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged("the file is not a state document") from error
    if its_owner != owner:
        raise BelongsToAnother(its_owner.product)
    return state


def _checksum(content: dict[str, object]) -> str:
    return sha256(_text(content).encode()).hex()


def _text(content: dict[str, object]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
