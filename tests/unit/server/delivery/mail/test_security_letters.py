"""Mails that tell of a new way into an account say how it is removed, and lead there."""

import pytest

from mooring.server.delivery.mail.sentences.composing import compose
from mooring.server.record.outbox.mail import VALUES
from mooring.server.wording.languages import LANGUAGES
from tests.support.letters import SITE, USUAL


def letter(kind, language="en"):
    return compose(kind, language, {name: USUAL[name] for name in VALUES[kind]}, SITE)


@pytest.mark.parametrize(
    ("kind", "what", "section"),
    [
        ("passkey_added", "remove this passkey there", "passkeys"),
        ("identity_added", "remove Microsoft there", "identities"),
        ("recovery_codes_made", "make new codes", "authenticator"),
    ],
)
def test_a_new_way_in_is_told_with_the_way_to_remove_it(kind, what, section):
    told = letter(kind)
    assert what in told.notice
    assert "sign out everywhere else" in told.notice
    assert told.button.link == f"{SITE}/account/security#{section}"
    assert told.button.label == "Look at how I sign in"
    for language in LANGUAGES:
        assert letter(kind, language).button.link == told.button.link


def test_what_was_removed_leads_to_the_account():
    for kind in ("passkey_removed", "identity_removed", "recovery_code_used", "second_factor_off"):
        told = letter(kind)
        assert told.button.link == f"{SITE}/account"
        assert "change your password" in told.notice


def test_the_address_that_an_account_had_meanwhile_is_told_and_given_no_way_in():
    told = letter("address_put_back")
    assert told.facts == (("Address", "m•••@c•••.example"),)
    assert (told.button, told.notice) == (None, None)
