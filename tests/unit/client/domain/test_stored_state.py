import pytest

from mooring.client.domain.stored_state import NOTHING_STORED, StoredState
from mooring.core.instants import from_seconds

FULL = StoredState("a", from_seconds(5), 3, "b", rolled_back=True, key_mark="c", refused_with="d")


def test_the_document_has_a_member_for_everything_that_is_remembered():
    assert FULL.to_document() == {
        "certificate": "a",
        "high_water": 5,
        "min_epoch": 3,
        "status_list": "b",
        "rolled_back": True,
        "key_mark": "c",
        "refused_with": "d",
    }
    assert NOTHING_STORED.to_document() == {
        "certificate": None,
        "high_water": None,
        "min_epoch": 0,
        "status_list": None,
        "rolled_back": False,
        "key_mark": None,
        "refused_with": None,
    }


@pytest.mark.parametrize("state", [FULL, NOTHING_STORED])
def test_what_is_remembered_comes_back_whole(state):
    assert StoredState.from_document(state.to_document()) == state


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("certificate", 1),
        ("high_water", "5"),
        ("min_epoch", None),
        ("min_epoch", "3"),
        ("status_list", b"b"),
        ("rolled_back", None),
        ("rolled_back", 1),
        ("key_mark", 1),
        ("refused_with", 1),
    ],
)
def test_a_member_of_another_type_is_refused(member, value):
    with pytest.raises(ValueError, match=r"^the stored state has a member of the wrong type$"):
        StoredState.from_document({**FULL.to_document(), member: value})


@pytest.mark.parametrize("member", ["min_epoch", "rolled_back"])
def test_a_missing_member_is_refused(member):
    document = FULL.to_document()
    del document[member]
    with pytest.raises(ValueError, match="wrong type"):
        StoredState.from_document(document)


def test_a_state_of_an_earlier_version_is_read():
    document = FULL.to_document()
    del document["key_mark"], document["refused_with"]
    assert StoredState.from_document(document) == FULL._replace(key_mark=None, refused_with=None)


def test_giving_up_the_activation_keeps_what_protects():
    assert FULL.without_certificate() == StoredState(min_epoch=3, rolled_back=True)
