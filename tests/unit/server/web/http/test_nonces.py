"""Nonces and seen proofs: a proof is good for minutes, and once."""

import pytest

from mooring.core.jose.keys import SigningKey
from mooring.core.proof.verify import VerifiedProof
from mooring.core.refusals import DeviceProofInvalid, ServiceUnavailable
from mooring.server.web.http.proofs import NONCE_STEP, Nonces, SeenProofs
from tests.support.web_apps import NOON

KEY = SigningKey.generate("ES256").public


class Seconds:
    def __init__(self) -> None:
        self.now = 10.0 * NONCE_STEP

    def __call__(self) -> float:
        return self.now


def a_proof(jti: str, jkt: str = "thumbprint") -> VerifiedProof:
    return VerifiedProof(KEY, jkt, jti, NOON, "nonce")


def test_accepts_the_nonce_it_gave_and_the_one_before_and_no_other():
    seconds = Seconds()
    nonces = Nonces(b"key", seconds)
    nonce = nonces.current()
    assert nonces.step_of(nonce) == 10
    seconds.now += NONCE_STEP - 1
    assert nonces.current() == nonce
    seconds.now += 1
    assert nonces.current() != nonce
    assert nonces.step_of(nonce) == 10
    seconds.now += NONCE_STEP
    assert nonces.step_of(nonce) is None


def test_accepts_no_nonce_from_before_a_restart():
    seconds = Seconds()
    assert Nonces(b"new key", seconds).step_of(Nonces(b"old key", seconds).current()) is None


@pytest.mark.parametrize("nonce", [None, "", "x", "é", "A" * 24])
def test_accepts_nothing_that_it_did_not_give(nonce: str | None):
    assert Nonces(b"key", Seconds()).step_of(nonce) is None


def test_a_nonce_is_hard_to_guess():
    nonce = Nonces(b"key", Seconds()).current()
    assert len(nonce) == 24
    assert nonce != Nonces(b"yek", Seconds()).current()


def test_a_proof_is_good_once():
    seen = SeenProofs()
    seen.use(a_proof("one"), step=5)
    with pytest.raises(DeviceProofInvalid) as refused:
        seen.use(a_proof("one"), step=5)
    assert refused.value.why == "replayed"


def test_two_installations_may_choose_the_same_jti():
    seen = SeenProofs()
    seen.use(a_proof("one", "a"), step=5)
    seen.use(a_proof("one", "b"), step=5)


def test_remembers_a_proof_as_long_as_its_nonce_is_accepted_and_no_longer():
    seen = SeenProofs()
    seen.use(a_proof("one"), step=5)
    seen.use(a_proof("two"), step=6)
    with pytest.raises(DeviceProofInvalid):
        seen.use(a_proof("one"), step=5)
    seen.use(a_proof("three"), step=7)
    assert len(seen) == 2


def test_refuses_rather_than_forget_when_there_is_no_room():
    seen = SeenProofs(most=2)
    seen.use(a_proof("one"), step=5)
    seen.use(a_proof("two"), step=5)
    with pytest.raises(ServiceUnavailable) as refused:
        seen.use(a_proof("three"), step=5)
    assert refused.value.retry_after == NONCE_STEP
    with pytest.raises(DeviceProofInvalid):
        seen.use(a_proof("one"), step=5)
    seen.use(a_proof("three"), step=6)
