"""The server's secret: one file of 32 random bytes, from which every other secret is derived."""

import base64
import contextlib
import os
import stat
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mooring.server.foundation.disk import sync_folder

_HEADER: Final = "mooring-secret-1:"  # so that the file explains itself, and a later format can be told apart
_PUT_IT_BACK: Final = "Put it back from where it was kept, or from a backup."
_MASTER_BYTES: Final = 32
_SEAL_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12


class SecretFileUnusable(Exception):
    """The secret file cannot be used.

    Attributes:
        detail: Why, in a plain sentence.
        next_step: What to do about it.
    """

    def __init__(self, detail: str, next_step: str) -> None:
        super().__init__(f"{detail} {next_step}")
        self.detail = detail
        self.next_step = next_step


class SecretFileExists(SecretFileUnusable):
    """There is a file already where a secret was to be written."""


class SealBroken(Exception):
    """A sealed value was changed, sealed for another purpose, or sealed with another secret."""


class Secrets:
    """The keys that this server alone has.

    Each is derived with HKDF-SHA-256 (RFC 5869) for one purpose, so that none tells anything about another.
    """

    __slots__ = ("_master", "_sealer", "fingerprint", "hardware_key", "pepper", "pepper_id")

    def __init__(self, master: bytes) -> None:
        if len(master) != _MASTER_BYTES:
            raise ValueError(f"a master secret has {_MASTER_BYTES} bytes")
        self._master = master
        self._sealer = AESGCM(self.derive("seal"))
        self.pepper: Final = self.derive("pepper")
        """Keys the stored digests of product keys."""
        self.pepper_id: Final = _label(self.derive("pepper-id", length=12))
        """Names the pepper beside each digest (16 characters)."""
        self.hardware_key: Final = self.derive("hardware")
        """Keys the stored hardware components once more."""
        self.fingerprint: Final = _label(self.derive("fingerprint", length=12))
        """Tells two secrets apart and may be shown (16 characters)."""

    def __repr__(self) -> str:
        return f"Secrets(fingerprint={self.fingerprint!r})"

    @classmethod
    def generate(cls) -> Self:
        """Return new secrets from the operating system's generator."""
        return cls(os.urandom(_MASTER_BYTES))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the secrets kept at ``path``.

        Raises:
            SecretFileUnusable: it is absent, unreadable, readable by others, or not a secret file.
        """
        try:
            with path.open("rb") as stream:
                mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
                content = stream.read(1024)
        except FileNotFoundError:
            raise SecretFileUnusable(f"There is no secret file at {path}.", _PUT_IT_BACK) from None
        except OSError as error:
            why = error.strerror
            raise SecretFileUnusable(
                f"The secret file {path} cannot be read: {why}.", _PUT_IT_BACK
            ) from error
        if os.name == "posix" and mode & 0o077:
            raise SecretFileUnusable(
                f"The secret file {path} can be read by other users.", f"Run: chmod 600 {path}"
            )
        try:
            return cls.revealed(content.decode("ascii"))
        except ValueError:
            raise SecretFileUnusable(
                f"{path} is not a Mooring secret file, or it is damaged.", _PUT_IT_BACK
            ) from None

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """Read the secrets kept at ``path``, making them first where there are none.

        Two processes that start at once end up with the same secrets.

        Raises:
            SecretFileUnusable: the file can be neither used nor made.
        """
        if not path.exists():
            with contextlib.suppress(SecretFileExists):  # another process was faster: its secret counts
                cls.generate().save(path)
        return cls.load(path)

    def save(self, path: Path) -> None:
        """Write the secrets to a new file that only its owner may read; whole and durable, or not at all.

        Raises:
            SecretFileExists: there is a file at ``path``; a secret is never overwritten.
            SecretFileUnusable: the file cannot be written.
        """
        draft = path.with_name(f"{path.name}.{os.urandom(6).hex()}.draft")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                    stream.write(self.reveal().encode())
                    stream.flush()
                    os.fsync(stream.fileno())
                _put_in_place(draft, path)
            finally:
                draft.unlink(missing_ok=True)
            sync_folder(path.parent)
        except OSError as error:
            why = error.strerror
            raise SecretFileUnusable(
                f"The secret file {path} cannot be written: {why}.",
                "Choose another with MOORING_SECRET_FILE.",
            ) from error

    def reveal(self) -> str:
        """Return the content of the secret file: everything can be opened with it."""
        return f"{_HEADER}{_label(self._master)}\n"

    @classmethod
    def revealed(cls, content: str) -> Self:
        """Return the secrets whose ``reveal`` is ``content``.

        Raises:
            ValueError: ``content`` is something else.
        """
        if not content.startswith(_HEADER):
            raise ValueError("this is not a Mooring secret")
        return cls(base64.b64decode(content.strip()[len(_HEADER) :] + "=", altchars=b"-_", validate=True))

    def derive(self, purpose: str, *, length: int = 32) -> bytes:
        """Return the ``length`` bytes of key that belong to ``purpose``."""
        return HKDF(SHA256(), length, salt=None, info=f"mooring/{purpose}/1".encode()).derive(self._master)

    def seal(self, value: bytes, purpose: str) -> bytes:
        """Encrypt ``value`` (AES-256-GCM); it can be unsealed only with these secrets and for ``purpose``."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._sealer.encrypt(nonce, value, purpose.encode())
        return _SEAL_VERSION + nonce + sealed

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        """Return what ``seal`` was given.

        Raises:
            SealBroken: it was changed, or sealed for another purpose or with other secrets.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _SEAL_VERSION or len(nonce) != _NONCE_BYTES:
            raise SealBroken("this is not a sealed value")
        try:
            return self._sealer.decrypt(nonce, body, purpose.encode())
        except InvalidTag:
            raise SealBroken(f"a sealed value ({purpose}) does not belong to this server's secret") from None


def _label(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _put_in_place(draft: Path, path: Path) -> None:
    """Give ``draft`` its name at once and whole; a rename would overwrite what is there."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise SecretFileExists(
            f"There is a secret file at {path} already.", "A secret is never overwritten: move it away first."
        ) from None
