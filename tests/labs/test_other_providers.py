"""Signing in at a plain OpenID provider and a GitHub-shaped one: alone, mixed up, and in trouble."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.support.servers import Server
from tests.support.sign_in_providers import (
    GitHubMock,
    LabProvider,
    Traveler,
    a_github_mock,
    a_lab_provider,
    openid_settings,
)


class World(NamedTuple):
    server: Server
    openid: LabProvider
    github: GitHubMock

    def person(self) -> Traveler:
        return Traveler(self.server)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = Server(tmp_path_factory.mktemp("server"))
    with (
        a_lab_provider("openid_provider.mjs", f"{server.address}/cb/harbor") as openid,
        a_github_mock() as github,
    ):
        server.environ |= openid_settings(openid) | github.settings()
        server.found()
        server.start()
        yield World(server, openid, github)
        server.stop()


@pytest.fixture
def world(running: World) -> Iterator[World]:
    yield running
    running.github.answers.clear()


def test_a_plain_openid_provider_signs_in(world: World) -> None:
    first, again = world.person(), world.person()
    assert first.sign_in("harbor", "mia").headers["location"] == "/account"
    assert first.account == "mia@outlook.example"
    account = first.newest_account()
    again.sign_in("harbor", "mia")
    assert again.newest_account() == account


def test_who_shall_prove_it_again_is_asked_there_anew(world: World) -> None:
    traveler = world.person()
    traveler.sign_in("harbor", "mia")
    answer = traveler.post("/sign-in/with/harbor", page="/account/security/again", next="/account/security")
    address = answer.headers["refresh"].removeprefix("0;url=")
    silent = traveler.client.get(address.replace("&prompt=login&max_age=0", ""))
    assert silent.headers["location"].startswith(f"{world.server.address}/cb/harbor")
    assert "/interaction/" in traveler.client.get(address).headers["location"]
    back = traveler.client.get(traveler.agree(address, "mia"))
    assert (back.status_code, back.headers["location"]) == (303, "/account/security")


def test_github_signs_in_by_number_whatever_the_name(world: World) -> None:
    first, renamed, stranger = world.person(), world.person(), world.person()
    first.sign_in("github", "")
    account = first.newest_account()
    world.github.person |= {"login": "mona-lisa"}
    renamed.sign_in("github", "")
    assert renamed.newest_account() == account
    world.github.person |= {"id": 99, "login": "octocat"}  # who took the name that was given up
    stranger.sign_in("github", "")
    assert stranger.newest_account() != account


def test_one_persons_two_providers_are_two_accounts_until_they_are_linked(world: World) -> None:
    openid, github = world.person(), world.person()
    openid.sign_in("harbor", "mia")
    mia = openid.newest_account()
    github.sign_in("github", "")
    assert github.account == openid.account == "mia@outlook.example"
    assert github.newest_account() != mia


@pytest.mark.parametrize(("began", "other"), [("harbor", "github"), ("github", "harbor")])
def test_the_answer_of_one_provider_is_no_answer_to_the_other(world: World, began: str, other: str) -> None:
    """Mix-up: an attacker's provider sends the browser to the callback of an honest one, or the reverse."""
    traveler = world.person()
    callback = traveler.agree(traveler.begin(began), "mia")
    mixed_up = callback.replace(f"/cb/{began}", f"/cb/{other}")
    assert traveler.client.get(mixed_up).status_code == 403
    assert traveler.account == ""
    assert traveler.client.get(callback).status_code == 303  # which spoils nothing


def test_a_code_of_another_providers_sign_in_is_worth_nothing(world: World) -> None:
    traveler = world.person()
    code = parse_qs(urlsplit(traveler.agree(traveler.begin("harbor"), "mia")).query)["code"][0]
    state = parse_qs(urlsplit(traveler.begin("github")).query)["state"][0]
    assert traveler.get(f"/cb/github?code={code}&state={state}").status_code == 403
    assert traveler.account == ""


def test_who_answers_is_said_and_judged_before_the_code_goes_anywhere(world: World) -> None:
    traveler = world.person()
    callback = traveler.agree(traveler.begin("harbor"), "mia")
    assert parse_qs(urlsplit(callback).query)["iss"] == [world.openid.address]
    without = callback.partition("&iss=")[0]
    answer = traveler.client.get(without)
    assert (answer.status_code, "token_refused answered_by" in answer.text) == (403, True)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/login/oauth/access_token", (500, {"message": "trouble"})),
        ("/login/oauth/access_token", (200, "a text")),
        ("/login/oauth/access_token", (200, {"error": "incorrect_client_credentials"})),
        ("/api/v3/user", (503, {"message": "trouble"})),
        ("/api/v3/user", (200, {"id": 1, "bio": "x" * 600_000})),
    ],
)
def test_a_provider_in_trouble_is_told_with_a_way_on(world: World, path: str, answer: object) -> None:
    traveler = world.person()
    callback = traveler.agree(traveler.begin("github"), "")
    world.github.answers[path] = answer  # type: ignore[assignment]
    told = traveler.client.get(callback)
    assert (told.status_code, "does not answer" in told.text) == (502, True)
    assert "/sign-in" in told.text
    assert traveler.account == ""


def test_where_one_provider_is_down_the_others_work(tmp_path: Path) -> None:
    server = Server(tmp_path)
    with a_github_mock() as github:
        with a_lab_provider("openid_provider.mjs", f"{server.address}/cb/harbor") as openid:
            gone = openid_settings(openid)
        server.environ |= gone | github.settings()
        server.found()
        server.start()
        traveler = Traveler(server)
        told = traveler.post("/sign-in/with/harbor")
        assert (told.status_code, "Harbor ID does not answer" in told.text) == (502, True)
        assert traveler.sign_in("github", "").status_code == 303
        server.stop()


def test_an_unknown_provider_is_nowhere(world: World) -> None:
    traveler = world.person()
    assert traveler.get("/cb/nobody?code=1&state=2").status_code == 404
    assert traveler.post("/sign-in/with/nobody").status_code == 404
    assert traveler.get("/sign-in/with/github").headers["location"] == "/sign-in"


def test_a_form_of_a_strangers_page_begins_nothing(world: World) -> None:
    traveler = world.person()
    answer = traveler.client.post(f"{world.server.address}/sign-in/with/github", data={"next": "/account"})
    assert answer.status_code == 403


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/nowhere", "/cb/github"])
def test_nobody_is_led_on_to_a_stranger(world: World, onward: str) -> None:
    traveler = world.person()
    callback = traveler.agree(traveler.begin("github", onward), "")
    assert traveler.client.get(callback).headers["location"] == "/account"


def test_what_a_browser_carries_is_for_ten_minutes_and_for_no_script(world: World) -> None:
    traveler = world.person()
    answer = traveler.post("/sign-in/with/github", next="/account")
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if "-elsewhere=" in each]
    assert cookie.partition("; ")[2] == "Path=/; HttpOnly; SameSite=Lax; Max-Age=600"
    assert answer.headers["cache-control"] == "no-store"
    done = traveler.client.get(traveler.agree(answer.headers["refresh"].removeprefix("0;url="), ""))
    assert any("-elsewhere=;" in each and "Max-Age=0" in each for each in done.headers.get_list("set-cookie"))


def test_a_session_that_ends_at_the_provider_ends_here(world: World) -> None:
    traveler, other = world.person(), world.person()
    traveler.sign_in("harbor", "mia")
    with world.server.database() as database:
        query = "SELECT provider_session FROM sessions ORDER BY rowid DESC LIMIT 1"
        (session,) = database.execute(query).fetchone()
    assert session
    other.sign_in("harbor", "noah")
    frame = world.person()  # it brings no cookie of ours along
    for wrong in ({"sid": "another"}, {"sid": session, "iss": "https://evil.example"}, {}):
        assert frame.get(f"/sign-out/by-provider?{urlencode(wrong)}").status_code == 200
        assert traveler.account == "mia@outlook.example"
    frame.get(f"/sign-out/by-provider?{urlencode({'iss': world.openid.address, 'sid': session})}")
    assert traveler.account == ""
    assert other.account == "noah"
