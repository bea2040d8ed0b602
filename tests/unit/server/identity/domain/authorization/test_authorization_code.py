"""Authorization codes: good for a minute, and for nobody but the program that asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.authorization.authorization_code import code_refused
from mooring.server.identity.domain.authorization.grant import GrantId
from mooring.server.identity.domain.authorization.oauth_error import OAuthError
from tests.support.accounts import CALLBACK, KEY, THIEF, VERIFIER, a_code, an_account, challenge_of
from tests.support.certificates import AT

SECOND = timedelta(seconds=1)


def check(code=None, **changes):
    shown = {
        "client_id": "mooring-device",
        "redirect_uri": CALLBACK,
        "verifier": VERIFIER,
        "jkt": KEY,
        "at": AT,
    }
    return (code or a_code(an_account())).check(**shown | changes)


def test_is_good_for_the_program_that_asked():
    check()
    check(at=AT + 59 * SECOND)
    check(jkt=THIEF)  # bound to no key: whoever has the verifier asked


def test_binds_the_key_where_the_program_named_one():
    bound = a_code(an_account(), dpop_jkt=KEY)
    check(bound)
    with pytest.raises(OAuthError):
        check(bound, jkt=THIEF)


@pytest.mark.parametrize(
    "changes",
    [
        {"at": AT + 60 * SECOND},
        {"client_id": "other"},
        {"redirect_uri": None},
        {"redirect_uri": CALLBACK.replace("50999", "50998")},
        {"verifier": None},
        {"verifier": ""},
        {"verifier": "w" * 43},
        {"verifier": VERIFIER + "v"},
        {"verifier": challenge_of(VERIFIER)},
        {"verifier": "é" * 43},
    ],
)
def test_is_worth_nothing_to_anybody_else(changes):
    with pytest.raises(OAuthError) as refused:
        check(**changes)
    assert refused.value.error == "invalid_grant"
    assert str(refused.value) == str(code_refused())  # what did not fit is not told


def test_a_code_that_is_not_good_gets_one_answer_that_names_every_reason():
    refused = code_refused()
    assert (refused.error, refused.description) == (
        "invalid_grant",
        "the code is unknown, used, expired, or was given to another program",
    )


def test_a_redeemed_code_says_for_which_grant_and_changes_in_nothing_else():
    code = a_code(an_account())
    assert code.grant_id is None
    assert code.redeemed(GrantId("grt_1")) == replace(code, grant_id=GrantId("grt_1"))
    assert code.redeemed(GrantId("grt_1")).grant_id == "grt_1"


@pytest.mark.parametrize(("verifier", "good"), [("v" * 42, False), ("v" * 128, True), ("v" * 129, False)])
def test_a_verifier_has_43_to_128_characters(verifier, good):
    code = a_code(an_account(), challenge=challenge_of(verifier))
    if good:
        check(code, verifier=verifier)
        return
    with pytest.raises(OAuthError):
        check(code, verifier=verifier)


def test_takes_the_verifier_of_the_rfcs_example():
    code = a_code(
        an_account(), challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )  # RFC 7636, appendix B
    check(code, verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
