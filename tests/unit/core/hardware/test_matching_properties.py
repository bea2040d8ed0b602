"""What must hold of the matching rules for any two computers."""

from hypothesis import given
from hypothesis import strategies as st

from mooring.core.hardware.components import COMPONENTS, COMPONENTS_BY_GROUP, INSTALLATION, MAC_ADDRESSES
from mooring.core.hardware.hashing import hash_components
from mooring.core.hardware.matching import Tolerance, Verdict, continuity, rebase, recognizes
from mooring.core.hardware.profile import HardwareProfile
from tests.support.computers import a_computer

REFERENCE = hash_components(a_computer(1), b"salt").components
DIFFERENT = hash_components(a_computer(2), b"salt").components

# Of each component: does the reference know it, and is it absent, equal or different in the presented one?
known = st.dictionaries(st.sampled_from(COMPONENTS), st.just(1)).map(frozenset)
presented_as = st.fixed_dictionaries(
    {name: st.sampled_from(["absent", "equal", "different"]) for name in COMPONENTS}
)
tolerances = st.sampled_from(Tolerance)


def a_reference(names):
    return HardwareProfile({name: value for name, value in REFERENCE.items() if name in names})


def presented(states):
    source = {"equal": REFERENCE, "different": DIFFERENT}
    return HardwareProfile({name: source[state][name] for name, state in states.items() if state != "absent"})


@given(known, presented_as, st.sampled_from(COMPONENTS), tolerances)
def test_a_missing_component_counts_the_same_on_either_side(names, states, missing, tolerance):
    here = continuity(a_reference(names - {missing}), presented(states), tolerance)
    there = continuity(a_reference(names), presented(states | {missing: "absent"}), tolerance)
    assert (here.differs, here.present, here.matching) == (there.differs, there.present, there.matching)


@given(known, presented_as, tolerances)
def test_what_both_know_and_where_they_agree_does_not_depend_on_who_is_asked(names, states, tolerance):
    one, other = a_reference(names), presented(states)
    there, back = continuity(one, other, tolerance), continuity(other, one, tolerance)
    assert (there.differs, there.present, there.matching) == (back.differs, back.present, back.matching)


@given(known, presented_as, st.sampled_from(COMPONENTS), tolerances)
def test_agreeing_in_one_more_component_never_costs_the_device_its_identity(names, states, name, tolerance):
    if states[name] != "different":
        return
    before = continuity(a_reference(names), presented(states), tolerance)
    after = continuity(a_reference(names), presented(states | {name: "equal"}), tolerance)
    assert after.matching >= before.matching
    assert set(after.differs) <= set(before.differs)
    if before.verdict is Verdict.SAME:
        assert after.verdict is Verdict.SAME


@given(known, presented_as, st.sampled_from(COMPONENTS), tolerances)
def test_showing_something_different_never_makes_a_computer_the_same_or_recognized(
    names, states, name, tolerance
):
    reference, hidden = a_reference(names), presented(states | {name: "absent"})
    shown = presented(states | {name: "different"})
    if continuity(reference, hidden, tolerance).verdict is not Verdict.SAME:
        assert continuity(reference, shown, tolerance).verdict is not Verdict.SAME
    if not recognizes(reference, hidden, tolerance):
        assert not recognizes(reference, shown, tolerance)


@given(known, presented_as, st.sampled_from(COMPONENTS), tolerances)
def test_hiding_what_agrees_never_makes_a_computer_the_same(names, states, name, tolerance):
    reference, shown = a_reference(names), presented(states | {name: "equal"})
    hidden = presented(states | {name: "absent"})
    if continuity(reference, shown, tolerance).verdict is not Verdict.SAME:
        assert continuity(reference, hidden, tolerance).verdict is not Verdict.SAME


@given(known, presented_as)
def test_a_stricter_policy_never_accepts_what_a_more_lenient_one_refuses(names, states):
    reference, other = a_reference(names), presented(states)
    same = [continuity(reference, other, tolerance).verdict is Verdict.SAME for tolerance in Tolerance]
    recognized = [recognizes(reference, other, tolerance) for tolerance in Tolerance]
    assert same == sorted(same)  # strict, standard, lenient
    assert recognized == sorted(recognized)


@given(known, presented_as, presented_as, tolerances)
def test_recognition_does_not_look_at_the_installation(names, states, others, tolerance):
    exchanged = states | {name: others[name] for name in COMPONENTS_BY_GROUP[INSTALLATION]}
    assert recognizes(a_reference(names), presented(states), tolerance) == recognizes(
        a_reference(names), presented(exchanged), tolerance
    )


@given(known, presented_as, tolerances)
def test_a_recognized_computer_shares_its_platform_or_its_storage(names, states, tolerance):
    if recognizes(a_reference(names), presented(states), tolerance):
        shared = [name for name in names if states[name] == "equal"]
        assert {"board_serial", "system_uuid", "root_disk_serial"} & set(shared)


@given(known, presented_as, st.booleans())
def test_rebasing_twice_is_rebasing_once_and_forgets_nothing(names, states, keep_platform):
    reference, other = a_reference(names), presented(states)
    once = rebase(reference, other, keep_platform=keep_platform)
    assert rebase(once, other, keep_platform=keep_platform) == once
    assert set(once.components) >= set(reference.components)
    assert once.weight >= reference.weight


@given(known, presented_as, tolerances)
def test_the_server_judges_protected_profiles_as_the_device_judges_its_own(names, states, tolerance):
    reference, other = a_reference(names), presented(states)
    protected = continuity(reference.protected(b"key"), other.protected(b"key"), tolerance)
    assert protected == continuity(reference, other, tolerance)


@given(
    st.sampled_from([name for name in COMPONENTS if name != MAC_ADDRESSES]),
    st.sampled_from(
        [
            "Default string",
            "To be filled by O.E.M.",
            "0000-0000",
            "FFFFFFFF",
            "None",
            " ",
            "overlay/abc",
            "....",
        ]
    ),
    tolerances,
)
def test_a_placeholder_never_counts(name, placeholder, tolerance):
    computer = a_computer(1)
    without_it = hash_components({key: computer[key] for key in computer if key != name}, b"salt")
    with_it = hash_components(computer | {name: placeholder}, b"salt")
    assert with_it == without_it
    reference = HardwareProfile(REFERENCE)
    assert continuity(reference, with_it, tolerance) == continuity(reference, without_it, tolerance)
