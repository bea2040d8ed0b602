"""Where a mistyped key is wrong, so that it can be shown."""

import pytest

from mooring.client.view.mistyped_key import MistypedKey, mistyped_key
from mooring.core.product_key import parse_product_key
from mooring.core.refusals import KeyMalformed
from tests.support.typing_errors import mistyped

KEY = "BCDFG-HJKMN-PQRTV-WXY23-46789"


def found(typed: str) -> MistypedKey | None:
    with pytest.raises(KeyMalformed) as caught:
        parse_product_key(typed)
    return mistyped_key(typed, caught.value.members)


@pytest.mark.parametrize("group", range(1, 6))
@pytest.mark.parametrize("position", range(1, 6))
def test_every_place_is_found_and_the_parts_make_up_what_was_typed(group: int, position: int):
    typed = mistyped(KEY, group, position)
    key = found(typed)
    assert key.before + key.wrong + key.after == typed
    assert len(key.before) == (group - 1) * 6 + position - 1
    assert key.wrong == typed[len(key.before)]
    assert key.suggestion == KEY


def test_a_key_typed_in_one_piece_is_shown_in_groups():
    assert found(mistyped(KEY, 2, 3).replace("-", " ").lower()) == found(mistyped(KEY, 2, 3))


def test_a_character_that_no_key_has_is_the_wrong_one():
    assert found(KEY.replace("W", "Ü")).wrong == "Ü"


@pytest.mark.parametrize("typed", ["", "BCDFG", KEY[:-1], KEY + "B"])
def test_a_key_of_another_length_has_no_one_place(typed: str):
    assert found(typed) is None


@pytest.mark.parametrize(
    "members",
    [
        {"group": 1, "position": 1},
        {"group": 1, "suggestion": KEY},
        {"position": 1, "suggestion": KEY},
        {"group": "1", "position": 1, "suggestion": KEY},
    ],
)
def test_members_that_are_not_whole_name_no_place(members: dict[str, object]):
    assert mistyped_key(KEY, members) is None
