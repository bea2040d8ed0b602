"""Nonces: a proof is good for minutes."""

import pytest

from mooring.server.web.http.proofs.nonces import NONCE_STEP, Nonces


class Seconds:
    def __init__(self) -> None:
        self.now = 10.0 * NONCE_STEP

    def __call__(self) -> float:
        return self.now


def test_accepts_the_nonce_it_gave_and_the_one_before_and_no_older():
    seconds = Seconds()
    nonces = Nonces(b"key", seconds)
    nonce = nonces.current()
    assert nonces.step_of(nonce) == nonces.step() == 10
    seconds.now += NONCE_STEP - 1
    assert nonces.current() == nonce
    seconds.now += 1
    assert nonces.current() != nonce
    assert nonces.step_of(nonce) == 10
    seconds.now += NONCE_STEP
    assert nonces.step_of(nonce) is None


def test_servers_that_share_a_key_accept_each_others_nonces_with_clocks_a_step_apart():
    early, late = Seconds(), Seconds()
    late.now += NONCE_STEP
    ahead, behind = Nonces(b"shared", late), Nonces(b"shared", early)
    assert behind.step_of(ahead.current()) == 11
    assert ahead.step_of(behind.current()) == 10
    late.now += NONCE_STEP
    assert behind.step_of(ahead.current()) is None
    assert ahead.step_of(behind.current()) is None


def test_a_process_with_a_key_of_its_own_accepts_no_nonce_from_before_it_started():
    seconds = Seconds()
    assert Nonces(b"new key", seconds).step_of(Nonces(b"old key", seconds).current()) is None


@pytest.mark.parametrize("nonce", [None, "", "x", "é", "A" * 24])
def test_accepts_nothing_that_it_did_not_give(nonce: str | None):
    assert Nonces(b"key", Seconds()).step_of(nonce) is None


def test_a_nonce_is_hard_to_guess():
    nonce = Nonces(b"key", Seconds()).current()
    assert len(nonce) == 24
    assert nonce != Nonces(b"yek", Seconds()).current()
