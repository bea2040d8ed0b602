"""Authorization requests: what is unsafe sends nobody anywhere; all else is told to the program."""

import pytest

from mooring.server.identity.domain.authorization.asking import Action, Asking
from mooring.server.identity.domain.authorization.oauth_error import OAuthError, UnsafeRedirect
from mooring.server.identity.domain.authorization.request import (
    CheckedRequest,
    check_redirect,
    check_request,
)
from tests.support.accounts import CALLBACK, KEY, VERIFIER, an_authorization_request, challenge_of

NO_CHALLENGE = "code_challenge must be a SHA-256 digest in base64url"
NO_LOOPBACK = "redirect_uri must be http://127.0.0.1:PORT/callback or http://[::1]:PORT/callback"


def test_passes_a_request_that_a_person_may_be_asked_about():
    request = an_authorization_request(state="s" * 1024, dpop_jkt=KEY, scope="activate", action="link")
    assert check_request(request) == CheckedRequest(
        client_id="mooring-device",
        redirect_uri=CALLBACK,
        scope="activate",
        state="s" * 1024,
        challenge=challenge_of(VERIFIER),
        dpop_jkt=KEY,
        asking=Asking("harbor-notes", "Desk", Action.LINK),
    )
    assert check_redirect(request) == CALLBACK


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"client_id": "other"}, "invalid_client", "this server knows no such client"),
        ({"client_id": None}, "invalid_client", "this server knows no such client"),
        ({"redirect_uri": "http://evil.example/callback"}, "invalid_request", NO_LOOPBACK),
        ({"redirect_uri": None}, "invalid_request", NO_LOOPBACK),
    ],
)
def test_sends_nobody_where_it_is_unsafe_whatever_else_is_wrong(changes, error, description):
    request = an_authorization_request(**{"response_type": "token", "scope": "admin"} | changes)
    for check in (check_request, check_redirect):
        with pytest.raises(UnsafeRedirect) as refused:
            check(request)
        assert (refused.value.error, refused.value.description) == (error, description)


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"response_type": None}, "unsupported_response_type", "response_type must be code"),
        ({"response_type": "token"}, "unsupported_response_type", "response_type must be code"),
        ({"scope": "admin"}, "invalid_scope", "the one scope is activate"),
        ({"state": "s" * 1025}, "invalid_request", "state must have at most 1024 characters"),
        ({"code_challenge": None}, "invalid_request", NO_CHALLENGE),
        ({"code_challenge": "c" * 42}, "invalid_request", NO_CHALLENGE),
        ({"code_challenge": "c" * 42 + "="}, "invalid_request", NO_CHALLENGE),
        ({"code_challenge_method": None}, "invalid_request", "code_challenge_method must be S256"),
        ({"code_challenge_method": "plain"}, "invalid_request", "code_challenge_method must be S256"),
        ({"dpop_jkt": "short"}, "invalid_request", "dpop_jkt must be the thumbprint of a key"),
        ({"dpop_jkt": ""}, "invalid_request", "dpop_jkt must be the thumbprint of a key"),
        ({"product": "Not A Slug"}, "invalid_request", "product must be a slug such as harbor-notes"),
        (
            {"action": "win a prize"},
            "invalid_request",
            "action must be one of sign_in, activate, link, reactivate",
        ),
    ],
)
def test_tells_the_program_what_is_wrong(changes, error, description):
    request = an_authorization_request(**changes)
    assert check_redirect(request) == CALLBACK
    with pytest.raises(OAuthError) as refused:
        check_request(request)
    assert (refused.value.error, refused.value.description) == (error, description)
    assert str(refused.value) == f"{error}: {description}"
    assert not isinstance(refused.value, UnsafeRedirect)


@pytest.mark.parametrize("changes", [{"client_id": "o"}, {"scope": "x"}, {"code_challenge_method": None}])
def test_describes_errors_in_plain_characters(changes):
    with pytest.raises(OAuthError) as refused:
        check_request(an_authorization_request(**changes))
    text = refused.value.description
    assert text.isascii()
    assert text.isprintable()
    assert not set('"\\') & set(text)
