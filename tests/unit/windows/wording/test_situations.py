"""Every situation of tests/corpus/windows gets its three right answers."""

import json

import pytest

from mooring.core.wording.catalogue import translator
from mooring.server.wording.languages import LANGUAGES
from mooring.windows.domain import channels
from mooring.windows.domain.activation import judge
from mooring.windows.domain.records import read_records
from mooring.windows.domain.unreadable import WindowsUnreadable
from mooring.windows.wording import LOCALES
from mooring.windows.wording.document import windows_document
from mooring.windows.wording.page import windows_page
from tests.support.windows_answers import ANSWERS, FOLDER, NOON, answer

READABLE = [name for name, wanted in ANSWERS.items() if "unreadable" not in wanted]


def told(name, language="en"):
    windows = judge(read_records(answer(name)), at=NOON)
    return windows_document(windows, windows_page(windows, at=NOON, language=language))


def test_every_recorded_answer_has_its_right_answers_and_every_channel_and_status_is_there():
    files = {str(path.relative_to(FOLDER)) for path in FOLDER.glob("*/*")}
    assert files == set(ANSWERS)
    assert len(READABLE) >= 25
    told_channels = {ANSWERS[name]["channel"] for name in READABLE}
    assert told_channels == {
        channels.RETAIL,
        channels.OEM_DM,
        channels.OEM_SLP,
        channels.OEM_COA,
        channels.VOLUME_MAK,
        channels.VOLUME_KMS,
        channels.KMS_HOST,
        channels.VIRTUAL_MACHINE,
        channels.SUBSCRIPTION,
        channels.EVALUATION,
        channels.UNKNOWN,
    }
    assert {told(name)["status"]["number"] for name in READABLE} >= set(range(7))


@pytest.mark.parametrize("name", READABLE)
def test_the_three_answers_are_right(name):
    document = told(name)
    wanted = ANSWERS[name]
    reason = document["reason"]
    got = {
        "sentence": document["sentence"],
        "state": document["state"],
        "status": document["status"]["name"],
        "channel": document["channel"],
        "method": document["method"],
        "link": document["link"],
        "problem": reason["code"] if reason else None,
    } | ({"ends_at": document["ends_at"]} if document["ends_at"] else {})
    assert got == wanted
    assert document["linked"] is None  # no interface tells it, so nobody may claim it


@pytest.mark.parametrize("name", sorted(set(ANSWERS) - set(READABLE)))
def test_an_answer_that_tells_nothing_is_not_guessed_at(name):
    with pytest.raises(WindowsUnreadable) as refused:
        told(name)
    assert refused.value.why == ANSWERS[name]["unreadable"]


STATES = ("not_activated", "activated", "grace", "grace", "not_activated", "not_activated", "grace")
SOLD_AS = {
    channels.RETAIL: "Retail",
    channels.OEM_DM: "OEM:DM",
    channels.OEM_SLP: "OEM:SLP",
    channels.OEM_COA: "OEM:COA",
    channels.VOLUME_MAK: "Volume:MAK",
    channels.VOLUME_KMS: "Volume:GVLK",
    channels.KMS_HOST: "Volume:CSVLK",
    channels.VIRTUAL_MACHINE: "VIRTUAL_MACHINE_ACTIVATION",
    channels.SUBSCRIPTION: "Retail:TB:Sub",
    channels.EVALUATION: "Retail:TB:Eval",
    channels.UNKNOWN: "Something later",
}


@pytest.mark.parametrize("channel", channels.ALL)
@pytest.mark.parametrize("status", range(7))
def test_every_channel_has_its_answers_in_every_status(channel, status):
    product = {"ProductKeyChannel": SOLD_AS[channel], "LicenseStatus": status, "PartialProductKey": "W4P9Q"}
    records = read_records(json.dumps({"products": [product], "system": {"BuildNumber": "22631"}}).encode())
    document = windows_document(judged := judge(records, at=NOON), page := windows_page(judged, at=NOON))
    of_a_person = channel in channels.PERSONAL or channel == channels.UNKNOWN
    assert (document["channel"], document["state"]) == (channel, STATES[status])
    assert document["link"] == ("unknown" if of_a_person else "does_not_apply")
    assert page.answers[0][1].count(f"(status {status}, ") == 1
    assert (document["reason"] is None) == (status == 1)


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("volume/kms_grace_after_hardware_change.json", "organization"),
        ("volume/kms_first_grace.json", "organization"),
        ("volume/mak_hardware_changed.json", "volume_key"),
        ("volume/mak_without_reason.json", "volume_key"),
        ("server/virtual_machine_left_its_host.json", "organization"),
        ("server/kms_host_unlicensed.json", "organization"),
        ("limited/subscription_not_renewed.json", "organization"),
        ("limited/evaluation_to_be_activated.json", "full_version"),
        ("oem/grace_after_repair.json", "hardware"),
        ("oem/first_grace.json", "enter_key"),
    ],
)
def test_nobody_is_sent_to_a_microsoft_account_for_a_license_that_belongs_to_no_person(name, action):
    reason = told(name)["reason"]
    assert reason["next"]["action"] == action
    assert ("Troubleshoot" in reason["detail"]) == (action in {"hardware", "enter_key"})


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_language_answers_in_its_own_words(language):
    english, other = told("volume/kms_unreachable.json"), told("volume/kms_unreachable.json", language)
    assert other["sentence"] != english["sentence"]
    for mine, theirs in zip(english["answers"], other["answers"], strict=True):
        assert mine["question"] != theirs["question"]
        assert mine["answer"] != theirs["answer"]
    assert english["reason"]["title"] != other["reason"]["title"]
    assert english["reason"]["detail"] != other["reason"]["detail"]


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_person_is_told_where_to_look_in_their_language(language):
    page = dict(_answers("retail/own_key.json", language))
    linked = translator(language, LOCALES).gettext(
        "Windows is activated with a digital license linked to your Microsoft account"
    )
    assert linked in list(page.values())[2]


def _answers(name, language):
    return [(each["question"], each["answer"]) for each in told(name, language)["answers"]]


def test_windows_11_and_windows_10_have_their_own_page_to_look_at():
    eleven, ten = (_answers(f"retail/{name}.json", "en")[2][1] for name in ("own_key", "not_genuine"))
    assert "Settings > System > Activation, under Activation state" in eleven
    assert "Settings > Update & Security > Activation" in ten
    for each in (eleven, ten):
        assert each.startswith("Unknown: no documented interface tells it.")


@pytest.mark.parametrize(
    ("name", "answer_of_the_first_question"),
    [
        ("retail/digital_license.json", "Yes (status 1, licensed)"),
        (
            "retail/extended_grace.json",
            "Not yet: the grace period was extended (status 6, extended grace period) · less than a day left",
        ),
        (
            "retail/grace_after_hardware_change.json",
            (
                "Not any more: it must be activated again after a change, and works in full for now "
                "(status 3, grace period out of tolerance) · 3 days left"
            ),
        ),
        ("limited/evaluation_date_only_powershell_7.json", "Yes (status 1, licensed) · 1 day left"),
        (
            "limited/evaluation_over.json",
            "No: Windows works with limits and reminds of activation (status 5, notification)",
        ),
    ],
)
def test_the_status_and_the_time_that_is_left_are_told_in_words(name, answer_of_the_first_question):
    assert _answers(name, "en")[0] == ("Is it active", answer_of_the_first_question)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        (
            "retail/own_key.json",
            ["Link Windows to a Microsoft account before you change hardware: `mooring windows link`"],
        ),
        (
            "volume/kms_licensed.json",
            [
                (
                    "It must be renewed by 2026-11-28. Windows does that by itself where it reaches the "
                    "organization's service"
                )
            ],
        ),
        ("volume/mak.json", []),
        ("retail/unlicensed.json", []),
    ],
)
def test_advice_comes_before_it_is_too_late_and_only_where_it_helps(name, advice):
    assert told(name)["advice"] == advice


def test_facts_tell_edition_version_language_and_no_more_of_a_key_than_five():
    windows = judge(read_records(answer("languages/german.json")), at=NOON)
    assert windows_page(windows, at=NOON).facts == (
        ("Version", "10.0.22631"),
        ("Edition", "Professional"),
        ("Product key ending in", "3V66T"),
        ("Language", "de-DE"),
    )
    damaged = told("damaged/fields_of_wrong_kinds.json")  # a key that is longer than five is none of ours
    assert damaged["last_five"] is None


def test_a_windows_without_a_caption_is_named_by_its_build():
    assert told("damaged/system_not_told.json")["windows"]["name"] == "Windows"
    records = read_records(answer("retail/own_key.json"))
    nameless = records._replace(system=records.system._replace(caption="Microsoft®  "))
    windows = judge(nameless, at=NOON)
    assert windows_page(windows, at=NOON).sentence == "Windows 11 is activated"
