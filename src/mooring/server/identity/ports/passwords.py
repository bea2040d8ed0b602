"""Who hashes passwords: slowly, on purpose, and few at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mooring.server.identity.domain.password import Password


class PasswordHashes(Protocol):
    """Hashes and compares. Each costs so much memory that a flood is turned away (``ServiceUnavailable``)."""

    async def hash(self, password: Password) -> str:
        """Return what is stored of ``password``.

        Raises:
            ServiceUnavailable: Too many wait already.
        """
        ...

    async def matches(self, password: Password, stored: str | None) -> bool:
        """Tell whether ``stored`` is of ``password``.

        With nothing stored the answer is no, after the same work: how long it takes tells nobody whether
        there is an account.

        Raises:
            ServiceUnavailable: Too many wait already.
        """
        ...

    def is_outdated(self, stored: str) -> bool:
        """Tell whether ``stored`` should be made anew, now that the password is at hand."""
        ...
