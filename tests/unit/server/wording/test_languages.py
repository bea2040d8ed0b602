"""Which language a person is spoken to in, and how days and numbers look there."""

from datetime import UTC, datetime, timedelta

import pytest

from mooring.server.wording.formats import ago, day, listing, moment, number
from mooring.server.wording.languages import LANGUAGES, known_language

NOON = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE_de", "de"),
        ("zh-Hans-CN", "zh"),
        ("pt", None),
        ("", None),
        (None, None),
    ],
)
def test_a_tag_names_the_language_without_its_country(tag: str | None, language: str | None) -> None:
    assert known_language(tag) == language


def test_days_moments_and_numbers_look_as_in_their_language() -> None:
    assert day(NOON, "en") == "22 November 2026"
    assert day(NOON, "de") == "22. November 2026"
    assert day(NOON, "ja") == "2026年11月22日"
    assert moment(NOON, "es") == "22 de noviembre de 2026, 12:05 UTC"
    assert number(1_234_567, "de") == "1.234.567"
    assert listing(["a", "b", "c"], "fr") == "a, b et c"


def test_what_is_past_is_said_to_be_so_never_what_comes() -> None:
    assert ago(NOON - timedelta(hours=3), "de", now=NOON) == "vor 3 Stunden"
    assert ago(NOON + timedelta(seconds=5), "en", now=NOON) == "1 minute ago"


def test_every_language_writes_days() -> None:
    assert {day(NOON, language) for language in LANGUAGES} > {"22 November 2026", "2026年11月22日"}
