"""Who speaks WebAuthn: what a browser is asked for, and what its answer proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.identity.domain.credentials.passkey import Passkey


class NewPasskey(NamedTuple):
    """A passkey that a device has just made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    backed_up: bool


class PasskeyClaim(NamedTuple):
    """Which passkey an answer says it is of, before anything is proved."""

    credential_id: bytes
    user_handle: bytes | None


class PasskeyUse(NamedTuple):
    """What a passkey says of itself when it proves to be there."""

    sign_count: int
    backed_up: bool


class PasskeyCeremonies(Protocol):
    """Asks and judges, for one site. Options and answers are JSON, as browsers read and write them."""

    def creation_options(
        self, challenge: bytes, *, user_handle: bytes, user_name: str, exclude: Sequence[Passkey]
    ) -> str:
        """Return what a browser is asked for to make a passkey that none of ``exclude`` is beside."""
        ...

    def request_options(self, challenge: bytes, *, of: Sequence[Passkey] = ()) -> str:
        """Return what a browser is asked for to show a passkey: one of these, or with none given any."""
        ...

    def check_creation(self, answer: str, challenge: bytes) -> NewPasskey:
        """Return the passkey that was made for ``challenge`` on our own page, its owner verified.

        Raises:
            PasskeyRefused: Nothing was.
        """
        ...

    def read_claim(self, answer: str) -> PasskeyClaim:
        """Return which passkey ``answer`` says it is of.

        Raises:
            PasskeyRefused: It says nothing that can be read.
        """
        ...

    def check_use(self, answer: str, challenge: bytes, public_key: bytes) -> PasskeyUse:
        """Return what the passkey said, that signed ``challenge`` on our own page, its owner verified.

        Raises:
            PasskeyRefused: It did not.
        """
        ...
