"""Signing in by OAuth: what is asked, and which answers are none."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest

from mooring.client.domain.accounts.oauth import (
    AuthorizationServer,
    BrowserSignIn,
    DeviceCodes,
    OAuthRefused,
    Tokens,
    Wish,
    read_device_codes,
    read_server,
    read_tokens,
)
from mooring.client.domain.errors import ServerUnreachable
from mooring.client.domain.status import Account
from mooring.core.refusals import SignInDeclined

ISSUER = "https://licenses.example"
WISH = Wish("harbor-notes", "amber-heron")
REDIRECT = "http://127.0.0.1:50999/callback"
NO_ANSWER = "its answer is not what was asked for"

TOKENS = {
    "token_type": "DPoP",
    "access_token": "access",
    "refresh_token": "refresh",
    "expires_in": 600,
    "account": {"masked": "m•••@o•••.example", "provider": "local"},
}
CODES = {
    "device_code": "secret",
    "user_code": "WDJB-MJHT",
    "verification_uri": f"{ISSUER}/device",
    "verification_uri_complete": f"{ISSUER}/device?user_code=WDJB-MJHT",
    "expires_in": 600,
    "interval": 7,
}


@pytest.fixture
def attempt():
    """The sign-in with the verifier of RFC 7636, appendix B."""
    return BrowserSignIn(
        AuthorizationServer(ISSUER, f"{ISSUER}/oauth/authorize"),
        REDIRECT,
        "a state",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    )


def no_answer(read, document):
    with pytest.raises(ServerUnreachable) as caught:
        read(document)
    assert caught.value.cause == NO_ANSWER


def without(document, name):
    return {member: value for member, value in document.items() if member != name}


def test_a_refusal_bears_the_protocols_name():
    refused = OAuthRefused("slow_down")
    assert (refused.error, str(refused)) == ("slow_down", "slow_down")


class TestWish:
    def test_says_who_asks_for_what(self):
        assert WISH.parameters() == {
            "client_id": "mooring-device",
            "scope": "activate",
            "product": "harbor-notes",
            "device_name": "amber-heron",
            "action": "sign_in",
        }

    def test_says_that_a_new_account_is_wanted(self):
        asked = Wish("harbor-notes", "amber-heron", action="link", create=True).parameters()
        assert (asked["prompt"], asked["action"]) == ("create", "link")


class TestBrowserSignIn:
    def test_sends_the_browser_with_all_that_protects_the_answer(self, attempt):
        address = urlsplit(attempt.address(WISH, "a thumbprint"))
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ISSUER}/oauth/authorize"
        assert dict(parse_qsl(address.query)) == WISH.parameters() | {
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "state": "a state",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
            "dpop_jkt": "a thumbprint",
        }

    @pytest.mark.parametrize(
        ("brought", "answer"),
        [
            ({"state": "a state"}, True),
            ({"state": "A state"}, False),
            ({"state": ""}, False),
            ({"state": "ä state"}, False),
            ({}, False),
        ],
    )
    def test_only_what_bears_its_state_answers_it(self, attempt, brought, answer):
        assert attempt.is_answer(brought) is answer

    def test_a_code_is_exchanged_with_the_verifier(self, attempt):
        assert attempt.token_request({"iss": ISSUER, "code": "a code"}) == {
            "grant_type": "authorization_code",
            "client_id": "mooring-device",
            "code": "a code",
            "redirect_uri": REDIRECT,
            "code_verifier": attempt.verifier,
        }
        assert attempt.token_request({"iss": ISSUER})["code"] == ""

    @pytest.mark.parametrize(
        "brought", [{}, {"iss": ""}, {"iss": f"{ISSUER}/"}, {"iss": "https://evil.example"}]
    )
    def test_an_answer_of_another_server_is_not_exchanged(self, attempt, brought):
        with pytest.raises(ServerUnreachable) as caught:
            attempt.token_request({"code": "a code"} | brought)
        assert caught.value.cause == "the browser came back with another server's answer"

    def test_a_person_who_said_no_is_heard(self, attempt):
        with pytest.raises(SignInDeclined):
            attempt.token_request({"iss": ISSUER, "error": "access_denied"})

    def test_another_error_is_the_servers(self, attempt):
        with pytest.raises(ServerUnreachable) as caught:
            attempt.token_request({"iss": ISSUER, "error": "server_error", "code": "a code"})
        assert caught.value.cause == "it could not sign anybody in"


class TestServer:
    @pytest.mark.parametrize(
        ("issuer", "endpoint"),
        [
            (ISSUER, f"{ISSUER}/oauth/authorize"),
            (f"{ISSUER}/", f"{ISSUER}/oauth/authorize"),
            ("http://localhost:8470", "http://localhost:8470/authorize"),
            ("https://a.example/tenant", "https://a.example/tenant/authorize"),
        ],
    )
    def test_describes_itself(self, issuer, endpoint):
        text = json.dumps({"issuer": issuer, "authorization_endpoint": endpoint, "more": 1})
        assert read_server(text) == AuthorizationServer(issuer, endpoint)

    @pytest.mark.parametrize(
        ("issuer", "endpoint"),
        [
            (ISSUER, "https://evil.example/oauth/authorize"),
            (ISSUER, "https://licenses.example.evil/authorize"),
            (ISSUER, ISSUER),
            (ISSUER, f"{ISSUER}/oauth/authorize?next=1"),
            ("http://a.example", "http://a.example/authorize"),
            ("file://localhost", "file://localhost/etc/passwd"),
            ("http://localhost:1@a.example", "http://localhost:1@a.example/authorize"),
            (None, f"{ISSUER}/oauth/authorize"),
            (ISSUER, None),
            (ISSUER, f"{ISSUER}/{'x' * 2000}"),
            (f"https://{'x' * 2000}.example", f"https://{'x' * 2000}.example/authorize"),
        ],
    )
    def test_sends_a_browser_nowhere_else(self, issuer, endpoint):
        no_answer(read_server, json.dumps({"issuer": issuer, "authorization_endpoint": endpoint}))

    @pytest.mark.parametrize("text", ["", "not json", "[]", '{"issuer": "a", "issuer": "a"}'])
    def test_is_read_strictly(self, text):
        no_answer(read_server, text)

    def test_an_address_may_have_2000_characters(self):
        issuer = f"https://{'x' * (2000 - len('https:///a'))}"
        assert read_server(
            json.dumps({"issuer": issuer, "authorization_endpoint": f"{issuer}/a"})
        ) == AuthorizationServer(issuer, f"{issuer}/a")
        issuer = "https://" + "x" * 1992
        with pytest.raises(ServerUnreachable):
            read_server(json.dumps({"issuer": issuer, "authorization_endpoint": f"{issuer}/a"}))


class TestTokens:
    @pytest.mark.parametrize("kind", ["DPoP", "dpop"])
    def test_are_bound_to_the_key(self, kind):
        assert read_tokens(TOKENS | {"token_type": kind, "scope": "activate"}) == Tokens(
            "access", "refresh", 600, Account("m•••@o•••.example", "local")
        )

    def test_an_account_may_live_nowhere_that_is_told(self):
        assert read_tokens(TOKENS | {"account": {"masked": "m•••"}}).account == Account("m•••", None)

    @pytest.mark.parametrize(
        "change",
        [
            {"token_type": "Bearer"},
            {"access_token": ""},
            {"access_token": "a b"},
            {"access_token": "ä"},
            {"access_token": "a\nb"},
            {"access_token": "a" * 4097},
            {"refresh_token": "a b"},
            {"refresh_token": "a" * 4097},
            {"expires_in": -1},
            {"expires_in": "600"},
            {"expires_in": 24 * 3600 + 1},
            {"account": "mia"},
            {"account": {"provider": "local"}},
            {"account": {"masked": "m•••", "provider": 1}},
        ],
    )
    def test_are_read_strictly(self, change):
        no_answer(read_tokens, TOKENS | change)

    @pytest.mark.parametrize("name", list(TOKENS))
    def test_all_of_it_is_needed(self, name):
        no_answer(read_tokens, without(TOKENS, name))

    def test_may_be_as_long_as_4096_characters_and_last_a_day_or_not_at_all(self):
        longest = {"access_token": "a" * 4096, "refresh_token": "b" * 4096, "expires_in": 24 * 3600}
        assert read_tokens(TOKENS | longest)[:3] == ("a" * 4096, "b" * 4096, 24 * 3600)
        assert read_tokens(TOKENS | {"expires_in": 0}).seconds == 0

    def test_are_not_shown(self):
        assert repr(read_tokens(TOKENS)) == "<Tokens>"


class TestDeviceCodes:
    def test_say_what_to_type_where_and_how_often_to_ask(self):
        assert read_device_codes(CODES) == DeviceCodes(
            "secret",
            "WDJB-MJHT",
            f"{ISSUER}/device",
            f"{ISSUER}/device?user_code=WDJB-MJHT",
            600,
            7,
        )

    @pytest.mark.parametrize("absent", [{}, {"verification_uri_complete": None, "interval": None}])
    def test_what_the_protocol_leaves_open_has_its_usual_meaning(self, absent):
        bare = without(without(CODES, "verification_uri_complete"), "interval")
        codes = read_device_codes(bare | absent)
        assert (codes.complete_address, codes.interval) == (f"{ISSUER}/device", 5)

    @pytest.mark.parametrize(
        "change",
        [
            {"device_code": "a b"},
            {"device_code": "ä"},
            {"device_code": "a" * 4097},
            {"user_code": "WDJB MJHT"},
            {"user_code": "\x1b[2J"},
            {"user_code": "A" * 33},
            {"expires_in": 0},
            {"expires_in": 24 * 3600 + 1},
            {"interval": 0},
            {"interval": 601},
            *(
                {name: address}
                for name in ("verification_uri", "verification_uri_complete")
                for address in (
                    "http://a.example/device",
                    "https://a.example/the device",
                    "https://ä.example/device",
                    "https://a.example/" + "x" * 2000,
                    "file://localhost/device",
                    "",
                    7,
                )
            ),
        ],
    )
    def test_are_read_strictly(self, change):
        no_answer(read_device_codes, CODES | change)

    @pytest.mark.parametrize("name", ["device_code", "user_code", "verification_uri", "expires_in"])
    def test_all_that_is_needed_is_there(self, name):
        no_answer(read_device_codes, without(CODES, name))

    def test_bounds_belong_to_them(self):
        most = {"user_code": "A" * 32, "expires_in": 24 * 3600, "interval": 600, "device_code": "a" * 4096}
        codes = read_device_codes(CODES | most)
        assert codes._asdict().items() >= {
            ("user_code", "A" * 32), ("seconds", 24 * 3600), ("interval", 600), ("device_code", "a" * 4096),
        }  # fmt: skip
        least = read_device_codes(CODES | {"expires_in": 1, "interval": 1})
        assert (least.seconds, least.interval) == (1, 1)
        address = "https://a.example/" + "x" * (2000 - len("https://a.example/"))
        assert read_device_codes(CODES | {"verification_uri": address}).address == address

    def test_a_server_on_this_computer_needs_no_tls(self):
        address = "http://localhost:8470/device"
        assert read_device_codes(CODES | {"verification_uri": address}).address == address

    def test_the_secret_one_is_not_shown(self):
        assert repr(read_device_codes(CODES)) == "<DeviceCodes WDJB-MJHT>"
