"""The example's own words, in the six languages that Mooring speaks: in its commands and in its window."""

import ast
import json
import re
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from mooring.server.wording.languages import LANGUAGES
from mooring.testing import FakeServer
from tests.e2e.example.conftest import EXAMPLE
from tests.e2e.example.test_program import Program
from tests.support.at_window import the_application

SOURCE = EXAMPLE / "harbor_notes"
FILES = {file.stem: json.loads(file.read_text("utf-8")) for file in (SOURCE / "languages").glob("*.json")}


def said_in_the_source() -> set[str]:
    """Return every sentence that the code says by `say` or `qsTr`."""
    said = set()
    for file in SOURCE.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        texts = {
            each.targets[0].id: each.value.value
            for each in ast.walk(tree)
            if isinstance(each, ast.Assign)
            and isinstance(each.targets[0], ast.Name)
            and isinstance(each.value, ast.Constant)
        }
        for each in ast.walk(tree):
            if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "say":
                first = each.args[0]
                said.add(texts[first.id] if isinstance(first, ast.Name) else ast.literal_eval(first))
    for file in SOURCE.rglob("*.qml"):
        said |= {
            json.loads(text) for text in re.findall(r'qsTr\(("(?:[^"\\]|\\.)*")\)', file.read_text("utf-8"))
        }
    return said


def test_there_is_a_file_for_each_language_but_english():
    assert set(FILES) == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("language", sorted(FILES))
def test_every_sentence_is_said_in_every_language_and_with_its_values(language: str):
    assert set(FILES[language]) == said_in_the_source()
    for english, other in FILES[language].items():
        values = re.compile(r"\{\w+\}|%\d")
        assert sorted(values.findall(other)) == sorted(values.findall(english))


def test_the_commands_speak_the_language_that_mooring_speaks(package: Path, tmp_path: Path):
    program = Program(package, tmp_path / "computer")
    assert program.run("list").out == "No notes here yet. Write one: harbor-notes add TEXT\n"
    told = program.run("list", environ={"LANG": "de_AT.UTF-8"})
    assert told.out == "Noch keine Notizen. Schreiben Sie eine: harbor-notes add TEXT\n"
    help_in_french = program.run("--help", environ={"LANG": "fr_FR.UTF-8"}).out
    assert "Des notes, dans une fenêtre et dans le terminal." in help_in_french
    assert program.run("list", environ={"LANG": "pt_BR.UTF-8"}).out.startswith("No notes here yet.")


def test_the_window_speaks_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "harbor_notes").symlink_to(SOURCE)
    the_application()
    monkeypatch.setattr("mooring.App.from_package", lambda _: FakeServer().app(language="ja"))
    monkeypatch.syspath_prepend(tmp_path)
    try:
        from harbor_notes.window.translator import Translator

        translator = Translator()
        QCoreApplication.installTranslator(translator)
        try:
            assert QCoreApplication.translate("Main", "New note") == "新しいメモ"
            assert QCoreApplication.translate("Main", "Said by nobody") == "Said by nobody"
        finally:
            QCoreApplication.removeTranslator(translator)
    finally:
        for module in [name for name in sys.modules if name.startswith("harbor_notes")]:
            del sys.modules[module]
