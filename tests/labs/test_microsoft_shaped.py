"""Signing in at a Microsoft-shaped provider: the honest come in, each forgery stays out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.support.servers import Server
from tests.support.sign_in_providers import (
    ATTACKER,
    CEO,
    MIA,
    PERSONAL_TENANT,
    LabProvider,
    Traveler,
    a_lab_provider,
    microsoft_settings,
)

CONTOSO, EVIL = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490", "66666666-6666-4666-8666-666666666666"


@dataclass
class Lab:
    """Our server, and the provider."""

    server: Server
    provider: LabProvider

    def person(self) -> Traveler:
        return Traveler(self.server)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = Server(tmp_path_factory.mktemp("server"))
    with a_lab_provider("microsoft_provider.mjs", f"{server.address}/cb/microsoft") as provider:
        server.environ |= microsoft_settings(provider)
        server.found()
        server.start()
        yield Lab(server, provider)
        server.stop()


@pytest.fixture
def lab(running: Lab) -> Iterator[Lab]:
    yield running
    running.provider.attack()


@pytest.mark.parametrize("person", [MIA, CEO])
def test_a_personal_and_a_work_account_sign_in(lab: Lab, person: str):
    first, again = lab.person(), lab.person()
    answer = first.sign_in("microsoft", person)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert first.account == person
    account = first.newest_account()
    again.sign_in("microsoft", person)
    assert again.newest_account() == account


@dataclass
class Forgery:
    """What the provider does to its tokens, for whom, and which rule stops it."""

    name: str
    why: str
    how: dict[str, Any]
    person: str = MIA


FORGERIES = [
    Forgery("issuer", "issuer", {"claims": {"iss": "https://evil.example/v2.0"}}),
    Forgery("issuer_of_another_tenant", "issuer", {"claims": {"tid": EVIL}}),
    Forgery("tenant", "issuer", {"claims": {"tid": PERSONAL_TENANT}}, ATTACKER),
    Forgery("tenant_that_is_no_guid", "tenant", {"claims": {"tid": "common"}}),
    Forgery("missing_tid", "tenant", {"drop": ["tid"]}),
    Forgery("missing_oid", "subject", {"drop": ["oid"]}),
    Forgery("audience", "audience", {"claims": {"aud": "another program"}}),
    Forgery("authorized_party", "audience", {"claims": {"azp": "another program"}}),
    Forgery("nonce", "nonce", {"claims": {"nonce": "of another sign-in"}}),
    Forgery("missing_nonce", "nonce", {"drop": ["nonce"]}),
    Forgery("key_scope", "key_issuer", {"key": "msa"}, CEO),
    Forgery("alg_none", "algorithm", {"header": {"alg": "none"}}),
    Forgery("hs256_with_the_public_key", "algorithm", {"header": {"alg": "HS256"}}),
    Forgery("algorithm_of_another_kind", "algorithm", {"header": {"alg": "ES256"}}),
    Forgery("wrong_algorithm_of_the_kind", "signature", {"header": {"alg": "PS256"}}),
    Forgery("key_in_the_header", "header", {"header": {"jwk": {"kty": "RSA"}}}),
    Forgery("expired", "expired", {"claims": {"exp": 1_700_000_000}}),
    Forgery("future", "future", {"claims": {"iat": 4_000_000_000, "exp": 4_000_003_600}}),
    Forgery("not_yet_good", "future", {"claims": {"nbf": 4_000_000_000}}),
    Forgery("unknown_key", "key", {"key": "rogue"}),
    Forgery("unnamed_key", "key", {"header": {"kid": None}}),
    Forgery("access_token_of_another_sign_in", "access_token", {"claims": {"at_hash": "x" * 22}}),
]


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.name)
def test_refuses_a_forged_token(lab: Lab, forgery: Forgery):
    traveler = lab.person()
    lab.provider.attack(**forgery.how)
    answer = traveler.sign_in("microsoft", forgery.person)
    assert answer.status_code == 403, answer.text
    assert "nobody was signed in" in answer.text
    assert f"<code>token_refused {forgery.why}</code>" in answer.text
    assert traveler.account == ""
    lab.provider.attack()
    assert traveler.sign_in("microsoft", forgery.person).status_code == 303  # and the honest one comes in


def test_a_forged_address_ends_in_a_separate_account(lab: Lab):
    mia, eve = lab.person(), lab.person()
    mia.sign_in("microsoft", MIA)
    mias = mia.newest_account()
    lab.provider.attack(
        claims={"email": MIA, "preferred_username": MIA, "xms_edov": True, "email_verified": True}
    )
    assert eve.sign_in("microsoft", ATTACKER).status_code == 303
    assert eve.account == MIA  # so it calls itself, and that is all there is to it
    assert eve.newest_account() != mias


def test_a_forged_address_opens_no_local_account(lab: Lab):
    local, eve = lab.person(), lab.person()
    local.post("/sign-up", page="/sign-up", email=MIA, password="correct horse battery staple")
    mias = local.newest_account()
    lab.provider.attack(claims={"email": MIA})
    eve.sign_in("microsoft", ATTACKER)
    assert eve.newest_account() != mias


def test_refuses_a_code_that_is_replayed(lab: Lab):
    traveler, thief = lab.person(), lab.person()
    callback = traveler.agree(traveler.begin("microsoft"), MIA)
    assert traveler.client.get(callback).status_code == 303
    replayed = traveler.client.get(callback)  # the browser keeps nothing any more that it answers
    assert (replayed.status_code, "belongs to no sign-in" in replayed.text) == (403, True)
    assert thief.client.get(callback).status_code == 403
    assert thief.account == ""


def test_the_provider_gives_no_second_token_for_a_code(lab: Lab):
    traveler, thief = lab.person(), lab.person()
    callback = traveler.agree(traveler.begin("microsoft"), MIA)
    assert traveler.client.get(callback).status_code == 303
    own_state = parse_qs(urlsplit(thief.begin("microsoft")).query)["state"][0]
    stolen = with_query(callback, state=own_state)
    answer = thief.client.get(stolen)
    assert (answer.status_code, "did not let you in" in answer.text) == (403, True)
    assert thief.account == ""


def test_a_stolen_code_is_worth_nothing_in_another_browser(lab: Lab):
    """Put into a sign-in of the thief's own: the verifier of this browser is missing (PKCE)."""
    victim, thief = lab.person(), lab.person()
    callback = victim.agree(victim.begin("microsoft"), MIA)
    own_state = parse_qs(urlsplit(thief.begin("microsoft")).query)["state"][0]
    assert thief.client.get(with_query(callback, state=own_state)).status_code == 403
    assert thief.account == ""


def test_refuses_a_swapped_state(lab: Lab):
    traveler = lab.person()
    callback = traveler.agree(traveler.begin("microsoft"), MIA)
    for state in ("", "x" * 43):
        assert traveler.client.get(with_query(callback, state=state)).status_code == 403
    assert traveler.client.get(callback).status_code == 303


def test_nobody_is_signed_in_as_a_stranger(lab: Lab):
    """Login CSRF: the attacker signs in, keeps the answer, and makes the victim's browser open it."""
    attacker, victim = lab.person(), lab.person()
    callback = attacker.agree(attacker.begin("microsoft"), ATTACKER)
    victim.begin("microsoft")
    assert victim.client.get(callback).status_code == 403
    assert victim.account == ""


def test_a_person_who_stops_there_is_told_so(lab: Lab):
    traveler = lab.person()
    callback = traveler.agree(traveler.begin("microsoft"), "_deny")
    answer = traveler.client.get(callback)
    assert (answer.status_code, "You did not sign in" in answer.text) == (403, True)
    assert "/sign-in" in answer.text


def test_an_answer_of_another_issuer_is_refused_before_the_code_goes_anywhere(lab: Lab):
    traveler = lab.person()
    callback = traveler.agree(traveler.begin("microsoft"), MIA)
    answer = traveler.client.get(with_query(callback, iss="https://evil.example/v2.0"))
    assert (answer.status_code, "token_refused answered_by" in answer.text) == (403, True)
    assert traveler.client.get(callback).status_code == 403  # whatever was begun is over


@pytest.mark.parametrize("drop", [False, True])
def test_key_rotation_in_mid_run_loses_no_one(lab: Lab, drop: bool):
    under_way = [lab.person() for _ in range(2)]
    callbacks = [
        each.agree(each.begin("microsoft"), person)
        for each, person in zip(under_way, (MIA, CEO), strict=True)
    ]
    for _ in range(2):
        lab.provider.rotate(drop=drop)
        fresh = lab.person()
        assert fresh.sign_in("microsoft", CEO).status_code == 303
    for traveler, callback in zip(under_way, callbacks, strict=True):
        assert traveler.client.get(callback).status_code == 303


def with_query(address: str, **changes: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return parts._replace(query=urlencode(query)).geturl()
