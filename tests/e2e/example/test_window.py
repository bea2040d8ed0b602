"""The window of Harbor Notes: what a person meets there, with a license and without."""

import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QUrl

import mooring
from mooring.testing import FakeServer
from tests.support.at_window import AtWindow, the_application

EXAMPLE = Path(__file__).parents[3] / "examples" / "harbor_notes" / "harbor_notes"
FEATURES = {"unlimited-notes": "Unlimited notes", "export-pdf": "Export to PDF"}
PATIENCE_SECONDS = 30


@pytest.fixture
def server() -> FakeServer:
    return FakeServer(entitlements=FEATURES)


@pytest.fixture
def app(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> mooring.App:
    """An App whose forms are only asked for: `shown` holds what was, in its order."""
    app = server.app()
    app.shown = []  # type: ignore[attr-defined]
    monkeypatch.setattr(type(app), "show_settings", lambda self, page: self.shown.append(page))
    monkeypatch.setattr(type(app), "activation_dialog", lambda self: self.shown.append("first run"))
    return app


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The program's own modules, from a folder where a publisher's descriptor is beside them."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(EXAMPLE, folder / "harbor_notes", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "harbor_notes" / "mooring.json").write_text(json.dumps(FakeServer().descriptor))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        from harbor_notes import notes, window
        from harbor_notes.window import desk

        yield SimpleNamespace(Notebook=notes.Notebook, Desk=desk.Desk, drawn=window.drawn)
        for module in [name for name in sys.modules if name.startswith("harbor_notes")]:
            del sys.modules[module]


@pytest.fixture
def notebook(program: SimpleNamespace, tmp_path: Path) -> Any:
    return program.Notebook(tmp_path / "notes")


@pytest.fixture
def opened(program: SimpleNamespace, app: mooring.App, notebook: Any) -> Iterator[Callable[[], AtWindow]]:
    """Open the window on the notebook as it is then."""
    the_application()
    made: list[tuple[Any, Any]] = []

    def open_window() -> AtWindow:
        desk = program.Desk(app, notebook)
        engine = program.drawn(desk)
        made.append((desk, engine))
        person = AtWindow(SimpleNamespace(window=engine.rootObjects()[0], view=None, desk=desk))
        person.until(lambda: desk.property("known"), "the license")
        return person

    yield open_window
    while made:
        desk, engine = made.pop()
        engine.rootObjects()[0].close()
        desk.close()
        shiboken6.delete(engine)  # before the desk that its window looks at


def test_the_first_run_shows_the_form_and_the_second_does_not(opened, app: mooring.App):
    first = opened()
    first.until(lambda: app.shown == ["first run"], "the form of the first run")
    first.reads("Harbor Notes is not activated")
    second = opened()
    second.reads("No notes yet.")
    assert app.shown == ["first run"]


def test_ten_notes_without_a_license_and_the_way_on(opened, app: mooring.App, notebook: Any):
    for number in range(10):
        notebook.add(f"note {number}")
    person = opened()
    person.reads("Room for 10 notes, 10 used.")
    person.click("newButton")
    person.until(lambda: _dialog(person, "Ten notes are written").property("opened"), "the invitation")
    assert len(notebook.all()) == 10
    person.shown.desk.activate()
    assert app.shown == ["first run"]


def test_an_activation_shows_at_once_and_opens_what_was_bought(
    opened, app: mooring.App, server: FakeServer, notebook: Any, tmp_path: Path
):
    for number in range(10):
        notebook.add(f"note {number}")
    person = opened()
    person.reads("Harbor Notes is not activated")
    activating = threading.Thread(target=app.activate, args=(server.mint(),))  # as Settings does
    activating.start()
    activating.join(PATIENCE_SECONDS)
    person.reads("Harbor Notes is activated with a digital license")
    assert "Room for" not in person.seen()
    person.click("newButton")
    person.until(lambda: len(notebook.all()) == 11, "the eleventh note")
    person.shown.desk.export_to(QUrl.fromLocalFile(str(tmp_path / "notes.pdf")))
    person.reads("Wrote notes.pdf")
    assert (tmp_path / "notes.pdf").read_bytes().count(b"note ") == 10


def test_printing_without_pro_says_so_and_writes_nothing(opened, notebook: Any, tmp_path: Path):
    notebook.open()
    person = opened()
    person.shown.window.printNotes()
    person.until(lambda: _dialog(person, "Printing is part of Pro").property("opened"), "the invitation")
    person.shown.desk.export_to(QUrl.fromLocalFile(str(tmp_path / "notes.pdf")))
    person.reads("Export to PDF")
    assert not (tmp_path / "notes.pdf").exists()


def test_what_is_typed_is_kept(opened, notebook: Any):
    notebook.open()
    person = opened()
    person.click("newButton")
    person.until(lambda: person.shown.window.property("open"), "the new note")
    person.type_into("page", "Tide table")
    person.until(lambda: [each.text for each in notebook.all()] == ["Tide table"], "the text in the notebook")


def test_the_interface_goes_on_while_the_license_is_asked(
    opened, app: mooring.App, notebook: Any, monkeypatch: pytest.MonkeyPatch
):
    notebook.open()
    person = opened()
    answered = threading.Event()
    monkeypatch.setattr(type(app), "allows", lambda _, __: answered.wait(PATIENCE_SECONDS))
    person.click("newButton")  # returns, though nothing has answered
    assert notebook.all() == []
    answered.set()
    person.until(lambda: len(notebook.all()) == 1, "the note")


def test_everything_is_reached_by_keyboard_and_has_a_name(opened, notebook: Any):
    notebook.add("Varnish")
    person = opened()
    person.reads("Varnish")
    met = person.tabbed()
    assert set(person.controls()) <= set(met)
    names = [person.accessible_name(item) for item in met]
    assert "" not in names
    assert {"New note", "Menu", "Search", "Activate…"} <= set(names)


def _dialog(person: AtWindow, title: str) -> Any:
    return next(each for each in person.shown.window.findChildren(object) if each.property("title") == title)
