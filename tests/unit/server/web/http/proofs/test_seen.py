"""Seen proofs in the memory of one process: each is good once."""

import pytest

from mooring.core.jose.keys import SigningKey
from mooring.core.proof.verify import VerifiedProof
from mooring.core.refusals import DeviceProofInvalid, ServiceUnavailable
from mooring.server.web.http.proofs.nonces import NONCE_STEP
from mooring.server.web.http.proofs.seen import RememberedProofs
from tests.support.web_apps import NOON

KEY = SigningKey.generate("ES256").public


def a_proof(jti: str, jkt: str = "thumbprint") -> VerifiedProof:
    return VerifiedProof(KEY, jkt, jti, NOON, "nonce")


@pytest.mark.parametrize("changes", [True, False])
async def test_a_proof_is_good_once(changes: bool):
    seen = RememberedProofs()
    await seen.use(a_proof("one"), 5, changes=changes)
    with pytest.raises(DeviceProofInvalid) as refused:
        await seen.use(a_proof("one"), 5, changes=not changes)
    assert refused.value.why == "replayed"


async def test_two_installations_may_choose_the_same_jti():
    seen = RememberedProofs()
    await seen.use(a_proof("one", "a"), 5)
    await seen.use(a_proof("one", "b"), 5)


async def test_remembers_a_proof_as_long_as_its_nonce_is_accepted_and_no_longer():
    seen = RememberedProofs()
    for step, jti in enumerate(("one", "two", "three"), 5):
        await seen.use(a_proof(jti), step)
    for step, jti in enumerate(("one", "two", "three"), 5):
        with pytest.raises(DeviceProofInvalid):
            await seen.use(a_proof(jti), step)
    await seen.use(a_proof("four"), 8)
    assert len(seen) == 3


async def test_refuses_rather_than_forget_when_there_is_no_room():
    seen = RememberedProofs(most=2)
    await seen.use(a_proof("one"), 5)
    await seen.use(a_proof("two"), 5)
    with pytest.raises(ServiceUnavailable) as refused:
        await seen.use(a_proof("three"), 5)
    assert refused.value.retry_after == NONCE_STEP
    with pytest.raises(DeviceProofInvalid):
        await seen.use(a_proof("one"), 5)
    await seen.use(a_proof("three"), 6)
