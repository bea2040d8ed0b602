"""Tokens as they are stored: nothing in the database opens anything without the server's secret."""

import pytest

from mooring.server.foundation.secrets import SealBroken, Secrets
from mooring.server.identity.domain.secret_tokens import TokenKind, new_token
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets

OURS = ServerTokenSecrets(Secrets(bytes(32)))
OTHERS = ServerTokenSecrets(Secrets(bytes([1] * 32)))


def test_hashes_a_token_the_same_way_each_time():
    assert OURS.hash("token", TokenKind.ACCESS) == OURS.hash("token", TokenKind.ACCESS)
    assert len(OURS.hash("token", TokenKind.ACCESS)) == 32


def test_a_token_of_one_kind_passes_for_none_of_another():
    assert len({OURS.hash("token", kind) for kind in TokenKind}) == len(TokenKind)


def test_the_hash_depends_on_the_servers_secret():
    assert OURS.hash("token", TokenKind.ACCESS) != OTHERS.hash("token", TokenKind.ACCESS)


def test_hashes_whatever_a_browser_can_send():
    assert OURS.hash("\ud800", TokenKind.SESSION) != OURS.hash("", TokenKind.SESSION)


def test_unseals_what_it_sealed():
    sealed = OURS.seal("token")
    assert b"token" not in sealed
    assert OURS.unseal(sealed) == "token"
    with pytest.raises(SealBroken):
        OTHERS.unseal(sealed)


def test_tokens_are_long_and_never_the_same():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
