"""Passkeys by the library: made and used on our own page, by a person whom the device verified."""

import json

import pytest

from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.identity.integrations.passkeys import LONGEST_ANSWER, RelyingParty, WebAuthnPasskeys
from tests.support.accounts import an_account
from tests.support.passkeys import ORIGIN, PRESENT, SoftPasskey, a_passkey, encoded

CEREMONIES = WebAuthnPasskeys(RelyingParty.at(ORIGIN))
CHALLENGE, OTHER = b"c" * 32, b"o" * 32


def asked_to_make(challenge=CHALLENGE, exclude=()):
    options = CEREMONIES.creation_options(challenge, user_handle=b"mia", user_name="mia", exclude=exclude)
    return json.loads(options)


def asked_to_show(challenge=CHALLENGE, of=()):
    return json.loads(CEREMONIES.request_options(challenge, of=of))


def refused(do):
    with pytest.raises(PasskeyRefused):
        do()


def made(key):
    return CEREMONIES.check_creation(key.made_for(asked_to_make()), CHALLENGE)


def test_a_passkey_that_was_made_here_is_taken_and_its_uses_are_believed():
    key = SoftPasskey()
    new = made(key)
    assert (new.credential_id, new.sign_count, new.transports) == (key.id, 0, ("internal", "hybrid"))
    answer = key.shown_for(asked_to_show())
    claim = CEREMONIES.read_claim(answer)
    assert (claim.credential_id, claim.user_handle) == (key.id, b"mia")
    assert CEREMONIES.check_use(answer, CHALLENGE, new.public_key).sign_count == 1


def test_asks_for_a_key_that_needs_no_name_whose_owner_is_verified():
    known = a_passkey(an_account(), transports=("internal", "carrier-pigeon"))
    asked = asked_to_make(exclude=[known])
    chosen = asked["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    assert (asked["rp"]["id"], asked["attestation"]) == ("localhost", "none")
    listed = [{"id": encoded(known.credential_id), "type": "public-key", "transports": ["internal"]}]
    assert asked["excludeCredentials"] == listed
    assert asked_to_show(of=[known])["allowCredentials"] == listed
    assert asked_to_show()["userVerification"] == "required"


def test_nothing_is_made_for_another_challenge_site_or_without_the_person():
    refused(lambda: CEREMONIES.check_creation(SoftPasskey().made_for(asked_to_make(OTHER)), CHALLENGE))
    elsewhere = (SoftPasskey(origin="http://evil.example"), SoftPasskey(rp_id="evil.example"))
    unverified = SoftPasskey()
    unverified.flags = PRESENT
    for key in (*elsewhere, unverified):
        refused(lambda key=key: made(key))
    for answer in ("", "{}", "[]", "x" * (LONGEST_ANSWER + 1)):
        refused(lambda answer=answer: CEREMONIES.check_creation(answer, CHALLENGE))


def test_nothing_is_proved_by_another_challenge_site_key_or_without_the_person():
    key = SoftPasskey()
    public_key, another = made(key).public_key, made(SoftPasskey()).public_key
    refused(lambda: CEREMONIES.check_use(key.shown_for(asked_to_show(OTHER)), CHALLENGE, public_key))
    refused(lambda: CEREMONIES.check_use(key.shown_for(asked_to_show()), CHALLENGE, another))
    for name, value in (("origin", "http://evil.example"), ("rp_id", "evil.example"), ("flags", PRESENT)):
        usual = getattr(key, name)
        setattr(key, name, value)
        answer = key.shown_for(asked_to_show())
        refused(lambda answer=answer: CEREMONIES.check_use(answer, CHALLENGE, public_key))
        setattr(key, name, usual)
    for answer in ("", "{}", "x" * (LONGEST_ANSWER + 1)):
        refused(lambda answer=answer: CEREMONIES.check_use(answer, CHALLENGE, public_key))
        refused(lambda answer=answer: CEREMONIES.read_claim(answer))
