"""The proofs already used, so that each is good once: the promise, and the memory of one process."""

import hashlib
from typing import Final, Protocol

from mooring.core.proof.verify import VerifiedProof
from mooring.core.refusals import DeviceProofInvalid, ServiceUnavailable
from mooring.server.web.http.proofs.nonces import NONCE_STEP

STEPS_ACCEPTED: Final = 3
"""How many time steps' nonces are accepted at one moment."""


class SeenProofs(Protocol):
    """Remembers proofs for at least as long as their nonce would be accepted."""

    async def use(self, proof: VerifiedProof, step: int, *, changes: bool) -> None:
        """Mark ``proof``, whose nonce is of ``step``, as used; ``changes`` tells whether for a change.

        Raises:
            DeviceProofInvalid: it was used before.
            ServiceUnavailable: it cannot be remembered. Forgetting one would open it to replay.
            DatabaseUnavailable: the same.
        """
        ...


class RememberedProofs:
    """The proofs that this process has seen, in its memory: enough where it is the only one.

    They lie in one set a time step, and the set is dropped with its step: nothing is swept.
    """

    def __init__(self, most: int = 1_000_000) -> None:
        """Remember at most ``most`` proofs a step."""
        self._most = most
        self._by_step: dict[int, set[bytes]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_step.values()))

    async def use(self, proof: VerifiedProof, step: int, *, changes: bool = True) -> None:
        """Mark ``proof`` as used, whether or not it changes anything; see the promise."""
        seen = self._by_step.get(step)
        if seen is None:
            oldest = step - STEPS_ACCEPTED + 1
            self._by_step = {number: proofs for number, proofs in self._by_step.items() if number >= oldest}
            seen = self._by_step.setdefault(step, set())
        name = name_of(proof)
        if name in seen:
            raise DeviceProofInvalid(why="replayed")
        if len(seen) >= self._most:
            raise ServiceUnavailable(retry_after=NONCE_STEP)
        seen.add(name)


def name_of(proof: VerifiedProof) -> bytes:
    """Return the 16 bytes by which ``proof`` is remembered: two installations may choose the same ``jti``."""
    return hashlib.blake2b(f"{proof.jkt}.{proof.jti}".encode(), digest_size=16).digest()
