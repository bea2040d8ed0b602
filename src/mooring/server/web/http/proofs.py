"""Who asks: the device proof of a request, its nonce, and that it is used only once."""

import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime

from mooring.core.proof.verify import VerifiedProof, verify_proof
from mooring.core.refusals import DeviceProofInvalid, ServiceUnavailable

NONCE_STEP = 120
"""Seconds for which one nonce is given out; it is accepted as long again."""


class Nonces:
    """Nonces that need no memory: a keyed hash of the time, the current and the one before accepted.

    The key and the time are this process's own. So a nonce given out before a restart is worth nothing
    after it, and a restart, which forgets the proofs already seen, opens none of them to replay; and
    setting the wall clock back opens none either.
    """

    def __init__(self, key: bytes, seconds: Callable[[], float] = time.monotonic) -> None:
        self._key = key
        self._seconds = seconds
        self._step = -1
        self._current = ""
        self._previous = ""

    def current(self) -> str:
        """Return the nonce to be given out now."""
        self._turn()
        return self._current

    def step_of(self, nonce: str | None) -> int | None:
        """Return the time step in which ``nonce`` was given out; None when it is not accepted."""
        self._turn()
        if nonce is None or not nonce.isascii():
            return None
        if hmac.compare_digest(nonce, self._current):
            return self._step
        if hmac.compare_digest(nonce, self._previous):
            return self._step - 1
        return None

    def _turn(self) -> None:
        step = int(self._seconds() // NONCE_STEP)
        if step != self._step:
            self._step = step
            self._current = self._of(step)
            self._previous = self._of(step - 1)

    def _of(self, step: int) -> str:
        digest = hmac.digest(self._key, b"mooring/nonce/1\0%d" % step, "sha256")
        return urlsafe_b64encode(digest[:18]).decode()


class SeenProofs:
    """The proofs already used, remembered for as long as their nonce would be accepted.

    They lie in one set a time step, and the set is dropped with its step: nothing is swept.
    """

    def __init__(self, most: int = 1_000_000) -> None:
        """Remember at most ``most`` proofs a step."""
        self._most = most
        self._by_step: dict[int, set[bytes]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_step.values()))

    def use(self, proof: VerifiedProof, step: int) -> None:
        """Mark ``proof``, whose nonce is of ``step``, as used.

        Raises:
            DeviceProofInvalid: it was used before.
            ServiceUnavailable: there are too many to remember. Forgetting one would open it to replay.
        """
        seen = self._by_step.get(step)
        if seen is None:
            self._by_step = {number: proofs for number, proofs in self._by_step.items() if number >= step - 1}
            seen = self._by_step.setdefault(step, set())
        name = hashlib.blake2b(f"{proof.jkt}.{proof.jti}".encode(), digest_size=16).digest()
        if name in seen:
            raise DeviceProofInvalid(why="replayed")
        if len(seen) >= self._most:
            raise ServiceUnavailable(retry_after=NONCE_STEP)
        seen.add(name)


class NonceDemanded(DeviceProofInvalid):
    """The proof is good but for its nonce: the client asks again with the one it is given (RFC 9449, 8)."""

    def __init__(self) -> None:
        super().__init__(why="nonce")


class Doorkeeper:
    """Lets a request pass that an installation's key has signed for this very server, once."""

    def __init__(self, addresses: Sequence[str], nonces: Nonces, seen: SeenProofs) -> None:
        """Judge ``htu`` against ``addresses``, the first of which is this server's own name.

        A server on a loopback address has several names for one place; the request's ``Host`` only
        chooses among them.
        """
        self._own = addresses[0]
        self._by_host = {address.partition("://")[2]: address for address in addresses}
        self._nonces = nonces
        self._seen = seen

    def nonce(self) -> str:
        """Return the nonce that the next proof must carry."""
        return self._nonces.current()

    def base(self, host: str | None) -> str:
        """Return the address by which a request with this ``Host`` header reached the server."""
        return self._by_host.get((host or "").lower(), self._own)

    def check(
        self,
        proofs: Sequence[bytes],
        *,
        method: str,
        host: str | None,
        path: str,
        body: bytes,
        access_token: str | None = None,
        at: datetime,
    ) -> VerifiedProof:
        """Return the proof that the ``DPoP`` headers ``proofs`` carry for this request, and for its token.

        Raises:
            DeviceProofInvalid: there is not exactly one, or it was made for something else, or used before.
            NonceDemanded: it lacks a nonce that is accepted now.
        """
        if len(proofs) != 1:
            raise DeviceProofInvalid(why="several" if proofs else "missing")
        base = self.base(host)
        try:
            proof = verify_proof(
                proofs[0].decode("latin-1"),
                method=method,
                url=base + path,
                body=body or None,
                access_token=access_token,
                at=at,
            )
        except DeviceProofInvalid as refusal:
            if refusal.why == "iat":  # a wrong clock is no reason to stay out: with a nonce it is not asked
                raise NonceDemanded from None
            raise
        step = self._nonces.step_of(proof.nonce)
        if step is None:
            raise NonceDemanded
        self._seen.use(proof, step)
        return proof
