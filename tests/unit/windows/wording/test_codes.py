"""Each code of Windows' activation has words and a fix, and each sentence is used."""

import pytest

from mooring.windows.wording.codes import MEANINGS, code_document, written
from mooring.windows.wording.fixes import FIXES
from mooring.windows.wording.refusals import REFUSALS, refusal_document
from tests.support.translations import WINDOWS

COMMON = (
    0xC004F034, 0xC004F074, 0xC004C003, 0xC004F050, 0xC004E028, 0x803FA067, 0xC004F213,
    0xC004C008, 0x8007007B, 0x80070005, 0x87E10BC6, 0x8004FE21, 0x80004005, 0x803F7001,
    0xC004B100, 0xC004C020, 0xC004F015, 0xC004F00F, 0xC004F012, 0xC004F014, 0xC004F02C,
    0xC004F035, 0xC004F038, 0xC004F039, 0xC004F041, 0xC004F042, 0x4004F00D, 0x4004F040,
)  # fmt: skip


@pytest.mark.parametrize("code", COMMON, ids=written)
def test_the_common_codes_are_explained(code):
    assert code in MEANINGS
    document = code_document(code)
    assert document["code"] == written(code)
    assert document["next"]["action"] in FIXES
    assert "{" not in f"{document}".replace("{'", "")


def test_each_fix_is_used_and_each_code_has_one():
    assert {meaning.fix for meaning in MEANINGS.values()} | {"look_up"} == set(FIXES)


def test_an_unknown_code_is_looked_up_in_windows_itself():
    assert code_document(0xC004ABCD) == {
        "code": "0xC004ABCD",
        "title": "Windows gives a code that Mooring has no words for",
        "detail": (
            "`slui 0x2a 0xC004ABCD` shows what Windows itself says about it; "
            "Microsoft's support knows it by this code."
        ),
        "next": {"action": "look_up", "label": "Look it up"},
    }


def test_a_refusal_tells_the_code_that_windows_named():
    document = refusal_document("access_denied", fault=0x80041003)
    assert str(document["detail"]).endswith("forbids it. Windows named the code 0x80041003.")
    assert document["code"] == "access_denied"
    assert refusal_document("not_windows")["title"] == "This computer does not run Windows"


def test_every_sentence_of_every_table_can_be_translated():
    ids = {message.id for message in WINDOWS.messages()}
    said = {meaning.title for meaning in MEANINGS.values()}
    said |= {text for fix in FIXES.values() for text in fix}
    said |= {text for row in REFUSALS.values() for text in (row.title, row.detail, row.label)}
    assert said <= ids


def test_every_reason_not_to_link_has_its_words():
    assert {name for name in REFUSALS if name.startswith("windows_")} == {
        "windows_server",
        "windows_of_an_organization",
        "windows_on_subscription",
        "windows_evaluation",
        "windows_not_activated",
        "windows_too_old",
        "windows_not_administrator",
        "windows_offline",
    }
