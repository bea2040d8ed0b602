"""What a customer goes through on real commands: a key, a reinstall, another key, weak hardware, a trial."""

from collections.abc import Callable, Iterator

import pytest

from mooring.core.product_key import generate
from tests.support.commands import Laptop
from tests.support.computers import (
    after_mainboard_swap,
    after_reinstall,
    cloned_disk,
    container,
    virtual_machine_defaults,
)
from tests.support.servers import Server

MakeLaptop = Callable[..., Laptop]


@pytest.fixture(scope="module")
def team_keys(server: Server) -> Iterator[str]:
    """Keys of Harbor Notes Pro with two seats each."""
    options = ("--name", "pair", "--channel", "retail", "--seats", "2")
    server.run("admin", "policy", "create", "harbor-notes", "pro", *options)
    return iter(server.mint(3, edition="pro", policy="pair"))


@pytest.fixture(scope="module")
def trials(server: Server) -> None:
    """Let Harbor Notes Pro be tried for fourteen days."""
    options = ("--name", "trial", "--channel", "trial", "--valid-days", "14")
    server.run("admin", "policy", "create", "harbor-notes", "pro", *options)


def test_a_key_activates_and_is_not_kept(laptop: Laptop, keys: Iterator[str]):
    key = next(keys)
    told = laptop.ask("activate", key)
    assert (told["state"], told["method"]) == ("activated", "digital_license")
    assert told["license"]["last_five"] == key[-5:]
    assert told == laptop.ask("status")
    everything = b"".join(laptop.kept().values())
    assert key.encode() not in everything
    assert key.replace("-", "").encode() not in everything


def test_a_key_may_come_from_standard_input_however_it_is_typed(laptop: Laptop, keys: Iterator[str]):
    key = next(keys)
    typed = f"  {key.lower().replace('-', ' ')} \r\n"
    assert laptop.ask("activate", "-", stdin=typed)["license"]["last_five"] == key[-5:]


def test_activating_again_takes_no_further_seat(laptop: Laptop, server: Server, keys: Iterator[str]):
    key = next(keys)
    first, again, keyless = (laptop.ask("activate", *given) for given in ((key,), (key,), ()))
    assert {told["activation"]["id"] for told in (first, again, keyless)} == {first["activation"]["id"]}
    shown = server.run("admin", "license", "show", first["license"]["id"])
    assert (shown["held"], shown["moved"]) == (1, 0)
    assert [device["device_id"] for device in shown["devices"]] == [first["device"]["id"]]


def test_a_reinstalled_computer_comes_back_without_the_key(laptop: Laptop, keys: Iterator[str]):
    before = laptop.ask("activate", next(keys))
    laptop.wipe()
    laptop.computer = after_reinstall(laptop.computer)
    assert laptop.ask("status", exit_code=3)["reason"]["code"] == "no_digital_license"
    after = laptop.ask("activate")
    assert after["state"] == "activated"
    for name in ("license", "device", "activation", "can_move"):
        assert after[name] == before[name]
    assert after["installation"] != before["installation"]


def test_a_computer_without_a_license_is_told_to_type_a_key(laptop: Laptop):
    refused = laptop.ask("activate", exit_code=4)
    assert refused["code"] == "no_digital_license"
    assert refused["next"]["action"] == "type_key_or_sign_in"


def test_another_computer_finds_the_seat_taken(a_laptop: MakeLaptop, keys: Iterator[str]):
    key = next(keys)
    a_laptop().ask("activate", key)
    refused = a_laptop().ask("activate", key, exit_code=4)
    assert (refused["code"], refused["seats"]) == ("seat_limit_reached", 1)


def test_two_seats_hold_two_computers(a_laptop: MakeLaptop, team_keys: Iterator[str]):
    key = next(team_keys)
    told = [a_laptop().ask("activate", key) for _ in range(2)]
    assert told[0]["device"]["id"] != told[1]["device"]["id"]
    assert a_laptop().ask("activate", key, exit_code=4)["seats"] == 2


def test_another_key_replaces_the_activation_and_frees_its_seat(
    a_laptop: MakeLaptop, server: Server, keys: Iterator[str]
):
    laptop, first_key, second_key = a_laptop(), next(keys), next(keys)
    first = laptop.ask("activate", first_key)
    second = laptop.ask("activate", second_key)
    assert second["license"]["id"] != first["license"]["id"]
    assert laptop.ask("status")["license"]["last_five"] == second_key[-5:]
    shown = server.run("admin", "license", "show", first["license"]["id"])
    assert shown["held"] == 0
    assert shown["devices"][0]["released_at"] is not None
    assert a_laptop().ask("activate", first_key)["license"]["id"] == first["license"]["id"]


def test_a_refused_key_leaves_the_activation_untouched(
    a_laptop: MakeLaptop, server: Server, keys: Iterator[str]
):
    laptop, other, taken = a_laptop(), a_laptop(), next(keys)
    held = laptop.ask("activate", next(keys))
    other.ask("activate", taken)
    kept = laptop.kept()
    for key, code in (
        (taken, "seat_limit_reached"),
        (generate(int(laptop.ask("check", taken)["product_code"])).formatted(), "key_unknown"),
    ):
        assert laptop.ask("activate", key, exit_code=4)["code"] == code
        assert laptop.kept() == kept
        assert laptop.ask("status") == held
    assert server.run("admin", "license", "show", held["license"]["id"])["held"] == 1


def test_a_key_of_another_product_is_refused_with_its_name(laptop: Laptop, server: Server):
    server.run("admin", "product", "create", "sea-charts", "--name", "Sea Charts")
    server.run("admin", "edition", "create", "sea-charts", "standard", "--name", "Standard")
    (key,) = server.mint(1, product="sea-charts")
    assert laptop.ask("check", key)["for_this_product"] is False
    refused = laptop.ask("activate", key, exit_code=4)
    assert (refused["code"], refused["product_name"]) == ("key_wrong_product", "Sea Charts")
    assert "Sea Charts" in refused["detail"]


@pytest.mark.parametrize("parts", [container(), virtual_machine_defaults(7)], ids=["locked down", "virtual"])
def test_weak_hardware_is_activated_by_its_key_alone(
    a_laptop: MakeLaptop, keys: Iterator[str], parts: dict[str, str | list[str]]
):
    laptop, key = a_laptop(parts), next(keys)
    told = laptop.ask("activate", key)
    assert (told["state"], told["method"]) == ("activated", "product_key")
    assert told["sentence"] == "Harbor Notes is activated with a product key"
    assert "weak_hardware" in told["advice"]
    assert "product key" in laptop.mooring("status").text
    laptop.wipe()
    assert laptop.ask("activate", exit_code=4)["code"] == "no_digital_license"


def test_a_computer_that_shows_nothing_of_itself_gets_no_seat(a_laptop: MakeLaptop, keys: Iterator[str]):
    laptop = a_laptop({})
    assert laptop.ask("activate", next(keys), exit_code=4)["code"] == "hardware_unreadable"


def test_changed_hardware_is_named_and_the_key_brings_it_back(laptop: Laptop, keys: Iterator[str]):
    key = next(keys)
    before = laptop.ask("activate", key)
    laptop.computer = after_mainboard_swap(laptop.computer)
    told = laptop.ask("status", exit_code=3)
    assert told["reason"]["code"] == "hardware_changed"
    assert told["reason"]["differs"] == ["platform", "network"]
    assert told["entitlements"] == ["read"]
    refused = laptop.ask("renew", exit_code=4)
    assert (refused["code"], refused["differs"]) == ("hardware_changed", ["platform", "network"])
    after = laptop.ask("activate", key)
    assert after["activation"] == before["activation"]
    assert after["can_move"]["left"] == 5
    assert laptop.ask("status")["state"] == "activated"


def test_a_copied_home_is_worth_nothing_on_another_computer(a_laptop: MakeLaptop, keys: Iterator[str]):
    mine, theirs = a_laptop(), a_laptop()
    mine.ask("activate", next(keys))
    theirs.computer = cloned_disk(mine.computer, theirs.computer)
    theirs.home = mine.home
    assert theirs.ask("status", exit_code=3)["reason"]["code"] == "hardware_changed"
    assert theirs.ask("renew", exit_code=4)["code"] == "hardware_changed"
    assert mine.ask("status")["state"] == "activated"


def test_renewing_goes_on_in_the_sequence(laptop: Laptop, keys: Iterator[str]):
    laptop.ask("activate", next(keys))
    assert [laptop.ask("renew")["certificate"]["sequence"] for _ in range(3)] == [2, 3, 4]


def test_a_deactivated_seat_is_free_and_coming_back_costs_nothing(a_laptop: MakeLaptop, keys: Iterator[str]):
    laptop, key = a_laptop(), next(keys)
    before = laptop.ask("activate", key)
    assert laptop.ask("deactivate")["state"] == "not_activated"
    assert laptop.ask("status", exit_code=3)["license"] is None
    assert laptop.ask("deactivate", exit_code=3)["code"] == "no_digital_license"
    after = laptop.ask("activate")
    assert (after["activation"], after["can_move"]["left"]) == (before["activation"], 5)
    laptop.ask("deactivate")
    assert a_laptop().ask("activate", key)["can_move"]["left"] == 4


@pytest.mark.usefixtures("trials")
def test_a_trial_tells_the_days_that_are_left(laptop: Laptop):
    told = laptop.ask("trial")
    assert (told["state"], told["method"]) == ("activated", "trial")
    assert told["sentence"] == "Harbor Notes trial: 14 days left"
    assert told["license"]["channel"] == "trial"
    assert told["license"]["last_five"] is None
    assert told["can_move"]["allowed"] is False
    assert laptop.ask("allows", "export-pdf")["allowed"] is True


@pytest.mark.usefixtures("trials")
def test_a_reinstalled_computer_goes_on_with_its_trial(laptop: Laptop):
    before = laptop.ask("trial")
    laptop.ask("deactivate")
    laptop.wipe()
    laptop.computer = after_reinstall(laptop.computer)
    after = laptop.ask("trial")
    assert (after["license"], after["activation"]) == (before["license"], before["activation"])


@pytest.mark.usefixtures("trials")
def test_weak_hardware_has_its_trial_once(a_laptop: MakeLaptop):
    laptop = a_laptop({name: a_laptop().computer[name] for name in ("cpu_id", "machine_id")})
    assert laptop.ask("trial")["method"] == "trial"
    laptop.wipe()
    refused = laptop.ask("trial", exit_code=4)
    assert refused["code"] == "trial_already_used"
    assert refused["next"]["action"] == "buy"
    assert laptop.ask("status", exit_code=3)["state"] == "not_activated"


@pytest.mark.usefixtures("trials")
def test_a_key_replaces_the_trial_in_one_step(laptop: Laptop, keys: Iterator[str]):
    trial = laptop.ask("trial")
    told = laptop.ask("activate", next(keys))
    assert (told["method"], told["license"]["channel"]) == ("digital_license", "retail")
    assert told["license"]["id"] != trial["license"]["id"]
