"""Privacy choices on real commands and a real server: off until agreed, taken back as easily, and kept."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mooring import App, aio
from mooring.client.adapters.network import http_network
from mooring.server.cli.demo.person import Person
from tests.e2e.test_accounts import sign_in
from tests.support.commands import Laptop
from tests.support.servers import Server

NAME = "device_name"


@pytest.fixture
def mia(server: Server, tmp_path: Path) -> Person:
    email = f"mia.{os.urandom(4).hex()}@outlook.example"
    return Person(server.address, email, "a password of four words", str(tmp_path / "cookies.txt"))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The bodies that Apps of this process post."""
    bodies: list[dict[str, Any]] = []
    post = http_network.HttpNetwork.post

    def watching(network: Any, path: str, body: Any, **how: Any) -> Any:
        bodies.append(dict(body))
        return post(network, path, body, **how)

    monkeypatch.setattr(http_network.HttpNetwork, "post", watching)
    return bodies


def in_this_process(laptop: Laptop, monkeypatch: pytest.MonkeyPatch, name: str, language: str = "en") -> App:
    """Return the App of a laptop that is called ``name``."""
    monkeypatch.setattr("platform.node", lambda: f"{name}.lan.example")
    return App(
        str(laptop.descriptor), home=laptop.home, hardware=laptop.folder / "hardware.json", language=language
    )


def names(server: Server) -> set[str]:
    with server.looking() as look:
        return {name for (name,) in look.query("SELECT name FROM devices")}


def consents(server: Server) -> list[tuple[Any, ...]]:
    with server.looking() as look:
        wanted = "choice, text_version, language, agreed_by, withdrawn_at IS NULL, withdrawn_by"
        return [tuple(row) for row in look.query(f"SELECT {wanted} FROM consents ORDER BY id DESC LIMIT 1")]


def test_signed_out_all_is_off_and_agreeing_takes_an_account(laptop: Laptop):
    nothing = {"signed_in": False, "choices": [], "not_asked": [], "history": []}
    assert laptop.ask("privacy", "show") == nothing
    assert laptop.ask("privacy", "off") == nothing
    assert laptop.ask("privacy", "set", NAME, "on", exit_code=4)["code"] == "sign_in_required"


def test_the_commands_show_agree_and_withdraw(laptop: Laptop, mia: Person):
    sign_in(laptop, mia)
    shown = laptop.ask("privacy", "show")
    (choice,) = shown["choices"]
    assert (choice["name"], choice["agreed"], choice["agreed_at"], choice["text_version"]) == (
        NAME,
        False,
        None,
        1,
    )
    assert choice["text"] in laptop.mooring("privacy", "show").text
    assert shown["not_asked"][:2] == ["usage", "diagnostics"]
    assert "name" not in laptop.ask("privacy", "preview")["device"]

    agreed = laptop.ask("privacy", "set", "device-name", "on")
    assert agreed["choices"][0]["agreed"] is True
    assert [(each["by"], each["withdrawn_at"]) for each in agreed["history"]] == [("program", None)]
    assert "withdraw" in laptop.mooring("privacy", "show").text
    assert laptop.ask("privacy", "set", "usage", "on", exit_code=2)["code"] == "invalid_request"

    assert laptop.ask("privacy", "off")["choices"][0]["agreed"] is False
    assert laptop.ask("privacy", "show")["history"][0]["withdrawn_at"] is not None
    assert "name" not in laptop.ask("privacy", "preview")["device"]


def test_the_name_is_told_only_by_consent_and_withdrawing_takes_it_back(
    laptop: Laptop,
    server: Server,
    keys: Iterator[str],
    mia: Person,
    monkeypatch: pytest.MonkeyPatch,
    sent: list[dict[str, Any]],
):
    sign_in(laptop, mia)
    with in_this_process(laptop, monkeypatch, "studio-pc", "de") as app:
        chosen = app.set_privacy(NAME, True)
        assert chosen.choices[0].text.startswith("Programme ")
        assert consents(server) == [(NAME, 1, "de", "program", 1, None)]

        key = next(keys)
        preview = app.privacy_preview(key)
        assert preview["device"]["name"] == "studio-pc"
        assert app.activate(key).device.name == "studio-pc"
        assert sent == [preview]
        app.link()
        assert [mine.device.name for mine in app.devices()] == ["studio-pc"]

        app.share_nothing()
        assert consents(server) == [(NAME, 1, "de", "program", 0, "program")]
        (neutral,) = [mine.device.name for mine in app.devices()]
        assert neutral != "studio-pc"
        assert "studio-pc" not in names(server)
        assert app.renew().device.name == neutral


def test_a_program_that_is_active_tells_its_name_when_it_is_agreed_to(
    laptop: Laptop, server: Server, keys: Iterator[str], mia: Person, monkeypatch: pytest.MonkeyPatch
):
    laptop.ask("activate", next(keys))
    sign_in(laptop, mia)
    laptop.ask("link")
    with in_this_process(laptop, monkeypatch, "at-the-pier") as app:
        app.set_privacy(NAME, True)
        assert [mine.device.name for mine in app.devices()] == ["at-the-pier"]
        assert app.renew().device.name == "at-the-pier"
        app.rename_device(app.status().device.id, "Mia's desk")
        app.share_nothing()
        assert [mine.device.name for mine in app.devices()] == ["Mia's desk"]
    assert "at-the-pier" not in names(server)


def test_what_one_computer_agrees_to_counts_for_the_account_and_what_it_withdraws_too(
    a_laptop: Callable[..., Laptop],
    keys: Iterator[str],
    server: Server,
    mia: Person,
    monkeypatch: pytest.MonkeyPatch,
    sent: list[dict[str, Any]],
):
    old, new = a_laptop(), a_laptop()
    sign_in(old, mia)
    old.ask("privacy", "set", NAME, "on")
    sign_in(new, mia)
    old.ask("privacy", "off")
    with in_this_process(new, monkeypatch, "hidden-cove") as app:
        key = next(keys)
        assert app.privacy_preview()["device"]["name"] == "hidden-cove"  # as far as it knows
        assert app.activate(key).device.name != "hidden-cove"
        assert sent[-1]["device"]["name"] == "hidden-cove"
        assert "name" not in app.privacy_preview()["device"]
        app.activate(key)
        assert "name" not in sent[-1]["device"]
    assert "hidden-cove" not in names(server)


async def test_the_same_for_asyncio(laptop: Laptop, mia: Person, monkeypatch: pytest.MonkeyPatch):
    sign_in(laptop, mia)
    async with aio.App.over(in_this_process(laptop, monkeypatch, "studio-pc")) as app:
        assert (await app.privacy()).agreed == ()
        assert (await app.set_privacy(NAME, True)).agreed == (NAME,)
        assert (await app.share_nothing()).agreed == ()
