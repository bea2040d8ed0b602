"""The secrets in a backup: under a passphrase, and only where one is given."""

import msgspec

from mooring.server.foundation import passphrase
from mooring.server.foundation.secrets import Secrets


class Keepsake(msgspec.Struct, frozen=True):
    """What a server needs beside its database. It is never printed."""

    secrets: Secrets
    root_key: bytes | None
    """The root key's file, where it was on the same computer."""

    def __repr__(self) -> str:
        return f"Keepsake({self.secrets!r})"


class _Content(msgspec.Struct):
    secret: str
    root_key: bytes | None


def seal(keepsake: Keepsake, words: str) -> bytes:
    """Return ``keepsake`` encrypted under the passphrase ``words``."""
    content = _Content(keepsake.secrets.reveal(), keepsake.root_key)
    return passphrase.seal(msgspec.json.encode(content), words)


def unseal(sealed: bytes, words: str) -> Keepsake:
    """Return what ``seal`` was given.

    Raises:
        WrongPassphrase: the passphrase is another one, or ``sealed`` was changed.
    """
    content = msgspec.json.decode(passphrase.unseal(sealed, words), type=_Content)
    return Keepsake(Secrets.revealed(content.secret), content.root_key)
