"""Sealing with a passphrase: scrypt (RFC 7914) makes the key, AES-256-GCM encrypts."""

import io
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_MAGIC: Final = b"mooring-sealed-1"  # also names the parameters below: other ones get another name
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
# OWASP's first recommendation for scrypt: 128 MiB and about half a second for each guess.
_COST, _BLOCK_SIZE, _LANES = 2**17, 8, 1


class WrongPassphrase(Exception):
    """The passphrase does not open the seal, or the sealed bytes were changed."""


def seal(value: bytes, words: str) -> bytes:
    """Return ``value`` encrypted under the passphrase ``words``."""
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    return _MAGIC + salt + nonce + AESGCM(_key(words, salt)).encrypt(nonce, value, _MAGIC)


def unseal(sealed: bytes, words: str) -> bytes:
    """Return what ``seal`` was given.

    Raises:
        WrongPassphrase: the passphrase is another one, or ``sealed`` was changed.
    """
    stream = io.BytesIO(sealed)
    magic, salt, nonce, body = (stream.read(n) for n in (len(_MAGIC), _SALT_BYTES, _NONCE_BYTES, -1))
    if magic != _MAGIC or not body:
        raise WrongPassphrase("this is not a value sealed with a passphrase")
    try:
        return AESGCM(_key(words, salt)).decrypt(nonce, body, _MAGIC)
    except InvalidTag:
        raise WrongPassphrase("the passphrase does not open it") from None


def _key(words: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK_SIZE, p=_LANES).derive(words.encode())
