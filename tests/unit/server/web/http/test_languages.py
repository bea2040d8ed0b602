"""Languages: the reader's taste, as far as we can serve it."""

import pytest

from mooring.server.web.http.languages import available_languages, preferred_language

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
