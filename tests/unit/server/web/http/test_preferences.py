"""Languages, pages and documents: the reader's taste, as far as we can serve it."""

import pytest

from mooring.server.web.http.preferences import available_languages, preferred_language, prefers_page

OURS = ("en", "de", "pt-BR")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de", "de"),
        ("DE-at", "de"),
        ("fr, de;q=0.5", "de"),
        ("en;q=0.4, de;q=0.5", "de"),
        ("de;q=0.4, en;q=0.5", "en"),
        ("de;q=0, en;q=0.1", "en"),
        ("pt-BR", "pt-BR"),
        ("pt", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (";;;q=,,=1", "en"),
        ("de;q=nan, en", "en"),
        ("de;q=2", "en"),
        ("../../etc/passwd", "en"),
        ("x," * 5000 + "de", "en"),
    ],
)
def test_serves_the_language_that_is_liked_best(header: str, language: str):
    assert preferred_language([header.encode()], OURS) == language


def test_reads_several_headers_as_one():
    assert preferred_language([b"fr", b"de"], OURS) == "de"


def test_speaks_english_to_who_says_nothing():
    assert preferred_language([], OURS) == "en"


def test_speaks_the_languages_that_have_a_catalogue(tmp_path):
    for name in ("de", "pt_BR"):
        folder = tmp_path / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "mooring.mo").touch()
    (tmp_path / "fr").mkdir()
    assert available_languages(str(tmp_path)) == ("en", "de", "pt-BR")


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", True),
        ("text/html", True),
        ("TEXT/HTML;q=0.1", True),
        ("application/json;q=0.9, text/html;q=0.9", True),
        ("application/json, text/html;q=0.9", False),
        ("application/problem+json, text/html;q=0.9", False),
        ("text/html;q=0", False),
        ("*/*", False),
        ("text/*", False),
        ("application/json", False),
        ("text/html;q=x", False),
        ("", False),
    ],
)
def test_a_page_is_for_whoever_asks_for_one_by_its_name(accept, wanted):
    assert prefers_page([accept.encode()]) is wanted


def test_all_headers_count_for_a_page():
    assert prefers_page([b"*/*", b"text/html"])
    assert not prefers_page([])
