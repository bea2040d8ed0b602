"""The doorkeeper: lets a request pass that an installation's key has signed for this very server, once."""

from collections.abc import Sequence
from datetime import datetime

from mooring.core.proof.verify import VerifiedProof, verify_proof
from mooring.core.refusals import DeviceProofInvalid
from mooring.server.web.http.proofs.nonces import Nonces
from mooring.server.web.http.proofs.parts import read_part
from mooring.server.web.http.proofs.seen import SeenProofs


class NonceDemanded(DeviceProofInvalid):
    """The proof is good but for its nonce: the client asks again with the one it is given (RFC 9449, 8)."""

    def __init__(self) -> None:
        super().__init__(why="nonce")


class Doorkeeper:
    """Judges the device proof of each request."""

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

    async def check(
        self,
        proofs: Sequence[bytes],
        *,
        method: str,
        host: str | None,
        path: str,
        body: bytes,
        access_token: str | None = None,
        changes: bool = True,
        at: datetime,
    ) -> VerifiedProof:
        """Return the proof that the ``DPoP`` headers ``proofs`` carry for this request, and for its token.

        A request that ``changes`` something has its proof remembered by all servers together.

        Raises:
            DeviceProofInvalid: there is not exactly one, or it was made for something else, or used before.
            NonceDemanded: it lacks a nonce that is accepted now.
            ServiceUnavailable, DatabaseUnavailable: it cannot be remembered.
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
                read_json=read_part,
                at=at,
            )
        except DeviceProofInvalid as refusal:
            if refusal.why == "iat":  # a wrong clock is no reason to stay out: with a nonce it is not asked
                raise NonceDemanded from None
            raise
        step = self._nonces.step_of(proof.nonce)
        if step is None:
            raise NonceDemanded
        await self._seen.use(proof, step, changes=changes)
        return proof
