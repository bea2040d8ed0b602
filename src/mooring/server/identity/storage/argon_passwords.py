"""Passwords hashed with argon2id, few at once: each takes 64 MiB, so a flood would fill the memory."""

from __future__ import annotations

import asyncio
import os
import threading
from base64 import b64encode
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import argon2

from mooring.core.refusals import ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.server.identity.domain.password import Password

T = TypeVar("T")
AT_ONCE = 2
WAITING = 32
"""Who waits longer than these take (about four seconds) is better told to come again."""
RETRY_AFTER = 5
"""Seconds."""


class ArgonPasswords:
    """Implements :class:`~mooring.server.identity.ports.passwords.PasswordHashes`."""

    def __init__(
        self, hasher: argon2.PasswordHasher | None = None, *, at_once: int = AT_ONCE, waiting: int = WAITING
    ) -> None:
        """Hash ``at_once`` in threads of their own, while at most ``waiting`` more wait."""
        self._hasher = hasher or argon2.PasswordHasher()
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="mooring-password")
        self._most = at_once + waiting
        self._asked = 0
        self._counting = threading.Lock()
        self._nobodys = _hash_of_nobody(self._hasher)

    async def hash(self, password: Password) -> str:
        """Return what is stored of ``password``; see the port."""
        return await self._in_turn(lambda: self._hasher.hash(_bytes(password)))

    async def matches(self, password: Password, stored: str | None) -> bool:
        """Tell whether ``stored`` is of ``password``; see the port."""
        return await self._in_turn(lambda: self._verify(stored or self._nobodys, password))

    def is_outdated(self, stored: str) -> bool:
        """Tell whether ``stored`` was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, stored: str, password: Password) -> bool:
        try:
            return self._hasher.verify(stored, _bytes(password))
        except argon2.exceptions.VerifyMismatchError:
            return False

    async def _in_turn(self, work: Callable[[], T]) -> T:
        with self._counting:
            if self._asked >= self._most:
                raise ServiceUnavailable(retry_after=RETRY_AFTER)
            self._asked += 1
        future = self._threads.submit(work)
        # Not when the caller goes away: a thread that is hashing goes on, and so does its memory.
        future.add_done_callback(self._done)
        return await asyncio.wrap_future(future)

    def _done(self, _: Future[T]) -> None:
        with self._counting:
            self._asked -= 1


def _bytes(password: Password) -> bytes:
    return password.text.encode("utf-8", "surrogatepass")


def _hash_of_nobody(hasher: argon2.PasswordHasher) -> str:
    """Return a hash of today's costs that no password has: comparing takes as long as with any other."""
    salt, digest = (
        b64encode(os.urandom(length)).rstrip(b"=").decode() for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"
