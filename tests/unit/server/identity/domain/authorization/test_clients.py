"""Clients: one is known, and answers go to the person's own computer only."""
# ruff: noqa: RUF001 - look-alikes are what is tested

import pytest

from mooring.server.identity.domain.authorization.clients import check_client, check_redirect_uri, check_scope
from mooring.server.identity.domain.authorization.oauth_error import OAuthError, UnsafeRedirect


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:50999/callback",
        "http://[::1]:50999/callback",
        "http://127.0.0.1:1/callback",
        "http://127.0.0.1:65535/callback",
    ],
)
def test_answers_go_to_a_program_on_any_port_of_this_computer(uri):
    assert check_redirect_uri(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "http://localhost:50999/callback",
        "https://127.0.0.1:50999/callback",
        "HTTP://127.0.0.1:50999/callback",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:080/callback",
        "http://127.0.0.1:65536/callback",
        "http://127.0.0.1:123456/callback",
        "http://127.0.0.1:５０/callback",
        "http://127.0.0.1:80@evil.example:80/callback",
        "http://127.0.0.1:80/callback/../elsewhere/callback",
        "http://127.0.0.1:50999/callback/",
        "http://127.0.0.1:50999/callback?next=1",
        "http://127.0.0.1:50999/callback#a",
        "http://127.0.0.1:50999/Callback",
        "http://127.0.0.1:50999/cb",
        "http://127.0.0.1:50999",
        "http://127.0.0.1.evil.example:50999/callback",
        "http://mia@127.0.0.1:50999/callback",
        "http://127.1:50999/callback",
        "http://2130706433:50999/callback",
        "http://[::]:50999/callback",
        "http://[0:0:0:0:0:0:0:1]:50999/callback",
        "http://0.0.0.0:50999/callback",
        "http://evil.example:50999/callback",
        " http://127.0.0.1:50999/callback",
        "http://127.0.0.1:50999/callback\n",
        "http://127.0.0.1:\n50999/callback",
        "javascript:alert(1)",
    ],
)
def test_answers_go_nowhere_else(uri):
    with pytest.raises(UnsafeRedirect) as refused:
        check_redirect_uri(uri)
    assert refused.value.error == "invalid_request"


def test_knows_one_client():
    assert check_client("mooring-device") == "mooring-device"
    for other in (None, "", "mooring-Device", "other"):
        with pytest.raises(OAuthError) as refused:
            check_client(other)
        assert refused.value.error == "invalid_client"


@pytest.mark.parametrize("asked", [None, "", "activate", "activate activate"])
def test_grants_the_one_scope_there_is(asked):
    assert check_scope(asked) == "activate"


@pytest.mark.parametrize(
    "asked", ["admin", "activate admin", "ACTIVATE", " ", "activate\tactivate", "activate "]
)
def test_grants_no_other_scope(asked):
    with pytest.raises(OAuthError) as refused:
        check_scope(asked)
    assert refused.value.error == "invalid_scope"
