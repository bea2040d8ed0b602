"""Nonces: what a device's proof must carry, so that it was made just now and for this server."""

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable

NONCE_STEP = 120
"""Seconds for which one nonce is given out; it is accepted as long again."""


class Nonces:
    """Nonces that need no memory: a keyed hash of the time; the current and its two neighbors are accepted.

    The one that comes next is accepted for the sake of servers that share a key: one of them may have a
    clock that is a little ahead. Nobody else can know it.

    A server alone takes a key and a time of its process's own. So a nonce given out before a restart is
    worth nothing after it, and a restart, which forgets the proofs already seen, opens none of them to
    replay; and setting the wall clock back opens none either. Servers that remember proofs together take
    the key that they share, and the wall clock.
    """

    def __init__(self, key: bytes, seconds: Callable[[], float] = time.monotonic) -> None:
        self._key = key
        self._seconds = seconds
        self._step = -1
        self._current = ""
        self._accepted: tuple[tuple[str, int], ...] = ()

    def current(self) -> str:
        """Return the nonce to be given out now."""
        self.step()
        return self._current

    def step(self) -> int:
        """Return the number of the present time step."""
        step = int(self._seconds() // NONCE_STEP)
        if step != self._step:
            self._step = step
            self._current = self._of(step)
            self._accepted = tuple((self._of(near), near) for near in (step, step - 1, step + 1))
        return step

    def step_of(self, nonce: str | None) -> int | None:
        """Return the time step to which ``nonce`` belongs; None when it is not accepted."""
        self.step()
        if nonce is None or not nonce.isascii():
            return None
        for accepted, step in self._accepted:
            if hmac.compare_digest(nonce, accepted):
                return step
        return None

    def _of(self, step: int) -> str:
        digest = hmac.digest(self._key, b"mooring/nonce/1\0%d" % step, "sha256")
        return urlsafe_b64encode(digest[:18]).decode()
