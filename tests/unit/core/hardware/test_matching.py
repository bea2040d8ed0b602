"""Both matching rules, verdict by verdict. The expected verdicts are worked out by hand from the contract."""

import pytest

from mooring.core.hardware.components import COMPONENTS_BY_GROUP
from mooring.core.hardware.hashing import hash_components
from mooring.core.hardware.matching import (
    Comparison,
    Tolerance,
    Verdict,
    continuity,
    match_score,
    rebase,
    recognizes,
)
from mooring.core.hardware.profile import HardwareProfile
from tests.support.computers import (
    Computer,
    a_computer,
    after_disk_upgrade,
    after_mainboard_swap,
    after_new_network_card,
    after_reinstall,
    cloned_disk,
    container,
    disk_moved_into,
    dock_unplugged,
    docked,
    image_on_same_model,
    unprivileged_linux,
    virtual_machine_defaults,
    with_changed,
    with_placeholders,
    without,
)

SALT = b"salt of harbor notes"
VERDICT = {"S": Verdict.SAME, "C": Verdict.CHANGED, "D": Verdict.DIFFERENT}

STRICT, STANDARD, LENIENT = Tolerance.STRICT, Tolerance.STANDARD, Tolerance.LENIENT


def a_profile(computer: Computer) -> HardwareProfile:
    return hash_components(computer, SALT)


def changed_groups(*groups: str) -> Computer:
    return with_changed(a_computer(), *(name for group in groups for name in COMPONENTS_BY_GROUP[group]))


def verdicts(reference: Computer, presented: Computer) -> str:
    """The continuity verdicts for strict, standard and lenient, as three letters."""
    letter = {verdict: sign for sign, verdict in VERDICT.items()}
    return "".join(
        letter[continuity(a_profile(reference), a_profile(presented), tolerance).verdict]
        for tolerance in (STRICT, STANDARD, LENIENT)
    )


def recognitions(reference: Computer, presented: Computer) -> str:
    """Whether strict, standard and lenient recognize the computer: three times y or n."""
    return "".join(
        "ny"[recognizes(a_profile(reference), a_profile(presented), tolerance)]
        for tolerance in (STRICT, STANDARD, LENIENT)
    )


# -- continuity ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "differs", "matching", "expected"),
    [
        (["board_serial"], [], 100, "SSS"),  # the group still matches by its other component
        (["system_uuid"], [], 100, "SSS"),
        (["root_disk_serial"], ["storage"], 80, "CSS"),  # 80 < 85
        (["mac_addresses"], ["network"], 85, "SSS"),  # 85 is enough even for strict
        (["cpu_id"], ["processor"], 95, "SSS"),
        (["machine_id"], [], 100, "SSS"),
        (["root_filesystem_uuid"], [], 100, "SSS"),
        (["board_serial", "system_uuid"], ["platform"], 60, "CCS"),
        (["board_serial", "root_disk_serial"], ["storage"], 80, "CSS"),
        (["board_serial", "mac_addresses"], ["network"], 85, "SSS"),
        (["board_serial", "cpu_id"], ["processor"], 95, "SSS"),
        (["board_serial", "machine_id"], [], 100, "SSS"),
        (["board_serial", "root_filesystem_uuid"], [], 100, "SSS"),
        (["system_uuid", "root_disk_serial"], ["storage"], 80, "CSS"),
        (["system_uuid", "mac_addresses"], ["network"], 85, "SSS"),
        (["system_uuid", "cpu_id"], ["processor"], 95, "SSS"),
        (["system_uuid", "machine_id"], [], 100, "SSS"),
        (["system_uuid", "root_filesystem_uuid"], [], 100, "SSS"),
        (["root_disk_serial", "mac_addresses"], ["storage", "network"], 65, "CCS"),
        (["root_disk_serial", "cpu_id"], ["storage", "processor"], 75, "CSS"),
        (["root_disk_serial", "machine_id"], ["storage"], 80, "CSS"),
        (["root_disk_serial", "root_filesystem_uuid"], ["storage"], 80, "CSS"),
        (["mac_addresses", "cpu_id"], ["network", "processor"], 80, "CSS"),
        (["mac_addresses", "machine_id"], ["network"], 85, "SSS"),
        (["mac_addresses", "root_filesystem_uuid"], ["network"], 85, "SSS"),
        (["cpu_id", "machine_id"], ["processor"], 95, "SSS"),
        (["cpu_id", "root_filesystem_uuid"], ["processor"], 95, "SSS"),
        (["machine_id", "root_filesystem_uuid"], ["installation"], 80, "SSS"),  # a reinstall: 80 < 85, yet
    ],
)
def test_judges_each_component_and_each_pair_that_changed(changed, differs, matching, expected):
    presented = with_changed(a_computer(), *changed)
    assert verdicts(a_computer(), presented) == expected
    comparison = continuity(a_profile(a_computer()), a_profile(presented), STANDARD)
    assert comparison == Comparison(VERDICT[expected[1]], tuple(differs), 100, 100, matching)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["platform", "storage"], "DCC"),  # 40: on the floor, and where confirming begins
        (["platform", "network"], "DCC"),  # 45
        (["platform", "processor"], "CCS"),  # 55: where strict confirms and lenient is sure
        (["platform", "installation"], "DCC"),  # 40
        (["storage", "network"], "CCS"),  # 65
        (["storage", "processor"], "CSS"),  # 75
        (["storage", "installation"], "CCS"),  # 60
        (["network", "processor"], "CSS"),  # 80
        (["network", "installation"], "CCS"),  # 65
        (["processor", "installation"], "CSS"),  # 75
        (["storage", "network", "installation"], "DCC"),  # 45, and only one group besides the processor
        (["storage", "network", "processor"], "CCS"),  # 60: platform and installation
        (["platform", "network", "installation"], "DDC"),  # 25: storage and processor
        (["platform", "storage", "installation"], "DDD"),  # 20: network and processor
        (["platform", "storage", "network", "processor", "installation"], "DDD"),
    ],
)
def test_judges_each_pair_of_groups_that_changed(groups, expected):
    assert verdicts(a_computer(), changed_groups(*groups)) == expected


HARBOR, OTHER = a_computer(1), a_computer(2)


@pytest.mark.parametrize(
    ("reference", "presented", "expected", "recognized"),
    [
        pytest.param(HARBOR, HARBOR, "SSS", "yyy", id="nothing changed"),
        pytest.param(HARBOR, OTHER, "DDD", "nnn", id="another computer"),
        pytest.param(HARBOR, after_reinstall(HARBOR), "SSS", "yyy", id="reinstall"),
        # continuity 45; recognition 25 of 80
        pytest.param(HARBOR, after_mainboard_swap(HARBOR), "DCC", "nnn", id="mainboard"),
        # continuity 80; recognition 60 of 80 = 75 %
        pytest.param(HARBOR, after_disk_upgrade(HARBOR), "CSS", "nyy", id="disk cloned to a larger one"),
        # continuity 85; recognition 65 of 80 = 81 %
        pytest.param(HARBOR, after_new_network_card(HARBOR), "SSS", "nyy", id="network card"),
        # continuity 20
        pytest.param(HARBOR, cloned_disk(HARBOR, OTHER), "DDD", "nnn", id="disk cloned to another computer"),
        # continuity 25: a lenient policy lets the holder confirm; a copied system is never recognized
        pytest.param(HARBOR, image_on_same_model(HARBOR), "DDC", "nnn", id="image on the same model"),
        # continuity 40; recognition 20 of 80
        pytest.param(
            HARBOR, disk_moved_into(OTHER, HARBOR), "DCC", "nnn", id="disk moved to another computer"
        ),
        pytest.param(docked(HARBOR), dock_unplugged(docked(HARBOR)), "SSS", "yyy", id="dock unplugged"),
        pytest.param(HARBOR, docked(HARBOR), "SSS", "yyy", id="dock plugged in"),
        # P = 60, M = 60, floor 40
        pytest.param(HARBOR, unprivileged_linux(HARBOR), "SSS", "yyy", id="activated as root, run as a user"),
        pytest.param(unprivileged_linux(HARBOR), HARBOR, "SSS", "yyy", id="activated as a user, run as root"),
        # P = 60, M = 40: on the floor, and only the installation differs
        pytest.param(
            HARBOR,
            unprivileged_linux(after_reinstall(HARBOR)),
            "SSS",
            "yyy",
            id="root, then user, reinstalled",
        ),
        # P = 60, M = 40: 67 %; recognition 20 of 40
        pytest.param(
            HARBOR,
            unprivileged_linux(after_disk_upgrade(HARBOR)),
            "CCS",
            "nnn",
            id="root, then user, new disk",
        ),
        # P = 60, M = 25: 42 %
        pytest.param(
            unprivileged_linux(HARBOR),
            unprivileged_linux(image_on_same_model(HARBOR)),
            "DCC",
            "nnn",
            id="image on the same model, as a user",
        ),
        # P = 60, M = 20: 33 %
        pytest.param(
            unprivileged_linux(HARBOR),
            unprivileged_linux(cloned_disk(HARBOR, OTHER)),
            "DDC",
            "nnn",
            id="cloned disk, as a user",
        ),
        # W = 25: the key pair alone is the identity
        pytest.param(
            virtual_machine_defaults(1),
            virtual_machine_defaults(2),
            "SSS",
            "nnn",
            id="virtual machine defaults",
        ),
        pytest.param(container(1), container(2), "SSS", "nnn", id="containers"),
        pytest.param({}, HARBOR, "SSS", "nnn", id="no hardware known"),
        # W = 100, nothing that both know
        pytest.param(HARBOR, {}, "DDD", "nnn", id="no hardware readable"),
        # W = 100, P = 5, M = 5: hiding the rest does not help
        pytest.param(HARBOR, container(1), "DDD", "nnn", id="home mounted into a container"),
        # W = 60 without platform: placeholders are no evidence
        pytest.param(
            with_placeholders(1), with_placeholders(1), "SSS", "yyy", id="placeholders, same computer"
        ),
        pytest.param(
            with_placeholders(1), with_placeholders(2), "DDD", "nnn", id="placeholders, another one"
        ),
    ],
)
def test_judges_what_happens_to_computers(reference, presented, expected, recognized):
    assert verdicts(reference, presented) == expected
    assert recognitions(reference, presented) == recognized


def test_a_weak_certificate_is_the_same_device_and_still_names_what_differs():
    reference = a_profile(
        without(HARBOR, "root_disk_serial", "mac_addresses", "machine_id", "root_filesystem_uuid")
    )
    comparison = continuity(reference, a_profile(OTHER), STRICT)
    assert comparison == Comparison(Verdict.SAME, ("platform", "processor"), 45, 45, 0)


def test_weakness_ends_at_fifty():
    storage_network_system = without(HARBOR, "board_serial", "system_uuid", "cpu_id")  # 55
    storage_system_processor = without(HARBOR, "board_serial", "system_uuid", "mac_addresses")  # 45
    assert verdicts(storage_network_system, OTHER) == "DDD"
    assert verdicts(storage_system_processor, OTHER) == "SSS"


def test_the_floor_is_measured_against_the_certificate_and_the_tolerance_does_not_move_it():
    # W = 95 without processor, so the floor is 38; storage and network alone match: M = P = 35.
    reference = without(HARBOR, "cpu_id")
    presented = without(HARBOR, "board_serial", "system_uuid", "machine_id", "root_filesystem_uuid")
    assert verdicts(reference, presented) == "DDD"
    # W = 80 without installation: the floor is 32.
    assert verdicts(without(HARBOR, "machine_id", "root_filesystem_uuid"), presented) == "SSS"


@pytest.mark.parametrize(
    ("unknown", "changed", "expected"),
    [
        ("cpu_id", ["network"], "CSS"),  # 80 of 95 = 84 %: just below what strict asks for
        ("mac_addresses", ["processor", "installation"], "CSS"),  # 60 of 85 = 71 %: just enough for standard
    ],
)
def test_judges_close_to_the_thresholds(unknown, changed, expected):
    assert verdicts(without(HARBOR, unknown), changed_groups(*changed)) == expected


def test_a_match_exactly_on_the_floor_is_enough():
    presented = without(HARBOR, "board_serial", "system_uuid", "machine_id", "root_filesystem_uuid")
    assert verdicts(HARBOR, presented) == "SSS"  # W = 100; storage, network, processor: M = P = 40


def test_two_groups_besides_the_processor_must_match():
    # W = 100; platform and processor match and nothing else is readable: M = P = 45, above the floor.
    presented = without(HARBOR, "root_disk_serial", "mac_addresses", "machine_id", "root_filesystem_uuid")
    assert verdicts(HARBOR, presented) == "DDD"


def test_a_reinstalled_virtual_machine_with_its_own_uuid_asks_for_a_confirmation():
    # W = P = 65 (platform, processor, installation), M = 45 = 69 %, and one group besides the processor.
    # For lenient 69 % is past its band, where only "the same" or "reactivate" are left.
    machine = virtual_machine_defaults(1) | {"system_uuid": HARBOR["system_uuid"]}
    assert verdicts(machine, after_reinstall(machine)) == "CCD"


def test_components_of_one_group_known_on_different_sides_are_no_evidence():
    reference = without(HARBOR, "system_uuid")
    presented = without(with_changed(HARBOR, "system_uuid"), "board_serial")
    comparison = continuity(a_profile(reference), a_profile(presented), STANDARD)
    assert comparison == Comparison(Verdict.SAME, (), 100, 60, 60)


def test_one_shared_network_address_is_enough():
    reference = HARBOR | {"mac_addresses": ["f8:b1:56:00:00:01", "f8:b1:56:00:00:02"]}
    shared = HARBOR | {"mac_addresses": ["f8:b1:56:00:00:02", "f8:b1:56:00:00:03"]}
    none_shared = HARBOR | {"mac_addresses": ["f8:b1:56:00:00:03"]}
    assert continuity(a_profile(reference), a_profile(shared), STANDARD).differs == ()
    assert continuity(a_profile(reference), a_profile(none_shared), STANDARD).differs == ("network",)


def test_protected_profiles_compare_like_those_they_were_made_from():
    reference, presented = a_profile(docked(HARBOR)), a_profile(after_mainboard_swap(HARBOR))
    key = b"the server's own secret"
    for tolerance in Tolerance:
        assert continuity(reference.protected(key), presented.protected(key), tolerance) == continuity(
            reference, presented, tolerance
        )


# -- recognition --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["platform"], "nnn"),  # 40 of 80 = 50 %
        (["storage"], "nyy"),  # 60 of 80 = 75 %
        (["network"], "nyy"),  # 65 of 80 = 81 %
        (["processor"], "yyy"),  # 75 of 80 = 94 %
        (["platform", "storage"], "nnn"),  # 20
        (["platform", "network"], "nnn"),  # 25
        (["platform", "processor"], "nnn"),  # 35 of 80 = 44 %
        (["storage", "network"], "nnn"),  # 45 of 80 = 56 %, but platform alone
        (["storage", "processor"], "nny"),  # 55 of 80 = 69 %
        (["network", "processor"], "nyy"),  # 60 of 80
        (["installation"], "yyy"),
        (["storage", "installation"], "nyy"),
        (["storage", "processor", "installation"], "nny"),
    ],
)
def test_recognizes_by_what_survives_a_reinstall(changed, expected):
    assert recognitions(HARBOR, changed_groups(*changed)) == expected


@pytest.mark.parametrize(
    ("presented", "expected"),
    [
        (["board_serial"], "n"),
        (["board_serial", "system_uuid"], "n"),  # two components of one group
        (["root_disk_serial"], "n"),
        (["mac_addresses", "cpu_id"], "n"),
        (["board_serial", "root_disk_serial"], "y"),
        (["system_uuid", "mac_addresses"], "y"),
        (["root_disk_serial", "mac_addresses"], "y"),
        (["board_serial", "cpu_id"], "n"),
        (["board_serial", "machine_id", "root_filesystem_uuid"], "n"),
    ],
)
def test_recognition_needs_two_of_platform_storage_and_network(presented, expected):
    shown = {name: HARBOR[name] for name in presented}
    assert recognitions(HARBOR, shown) == expected * 3


def test_weak_hardware_is_never_recognized():
    # Storage and network alone weigh 35, with the processor 40; with the installation 60.
    weak = {name: HARBOR[name] for name in ("root_disk_serial", "mac_addresses", "cpu_id")}
    assert recognitions(weak, HARBOR) == "nnn"
    assert recognitions(weak | {"machine_id": HARBOR["machine_id"]}, HARBOR) == "yyy"


# -- likeliness and re-basing -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("presented", "score"),
    [
        (HARBOR, 100),
        (after_mainboard_swap(HARBOR), 45),
        (image_on_same_model(HARBOR), 25),
        (OTHER, 0),
        (unprivileged_linux(HARBOR), 60),
    ],
)
def test_scores_a_device_by_the_weight_that_matches(presented, score):
    assert match_score(a_profile(HARBOR), a_profile(presented)) == score


def test_rebasing_replaces_what_is_present_and_keeps_what_is_absent():
    presented = unprivileged_linux(after_disk_upgrade(HARBOR))
    rebased = rebase(a_profile(HARBOR), a_profile(presented), keep_platform=False)
    assert rebased == a_profile(after_disk_upgrade(HARBOR))


def test_rebasing_learns_components_that_were_never_seen():
    rebased = rebase(a_profile(unprivileged_linux(HARBOR)), a_profile(HARBOR), keep_platform=False)
    assert rebased == a_profile(HARBOR)


def test_rebasing_follows_a_new_mainboard_unless_the_license_belongs_to_the_first():
    reference, presented = a_profile(HARBOR), a_profile(after_mainboard_swap(HARBOR))
    assert rebase(reference, presented, keep_platform=False) == presented
    kept = rebase(reference, presented, keep_platform=True).components
    assert {name for name in kept if kept[name] != presented.components[name]} == {
        "board_serial",
        "system_uuid",
    }
    assert kept["board_serial"] == reference.components["board_serial"]


def test_a_platform_that_the_first_device_never_showed_is_not_added_later_when_it_is_to_be_kept():
    reference = a_profile(unprivileged_linux(HARBOR))
    assert rebase(reference, a_profile(HARBOR), keep_platform=True) == reference
