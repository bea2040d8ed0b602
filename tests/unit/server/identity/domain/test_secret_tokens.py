"""Secret tokens: 256 random bits, in letters that any address and header can carry."""

from base64 import urlsafe_b64decode

from mooring.server.identity.domain.secret_tokens import LONGEST, TokenKind, new_token


def test_a_token_has_256_random_bits_and_never_comes_twice():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(urlsafe_b64decode(token + "=")) for token in tokens} == {32}


def test_a_token_travels_unescaped_and_is_short_enough_to_be_looked_up():
    token = new_token()
    assert token.isascii()
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(token) <= LONGEST


def test_each_kind_is_hashed_under_a_name_of_its_own():
    assert [kind.value for kind in TokenKind] == [
        "session",
        "device_code",
        "user_code",
        "authorization_code",
        "refresh",
        "access",
        "known_browser",
        "recovery_code",
        "mail_link",
        "mail_code",
        "staff_invitation",
    ]
