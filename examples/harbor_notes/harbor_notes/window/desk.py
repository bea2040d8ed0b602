"""What the window shows and asks for. Whatever may take time is done in other threads, never in Qt's."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QTimer, QUrl, Signal, Slot

import mooring
from harbor_notes.licensing import EXPORT_PDF, NOTES_WITHOUT_A_LICENSE, UNLIMITED_NOTES, may_add_a_note
from harbor_notes.pdf import lines_of, pdf_of
from harbor_notes.window.note_list import NoteList
from harbor_notes.words import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from harbor_notes.notes import Notebook
    from mooring.client.domain.status import Status


class Desk(QObject):
    """The one object that the window's QML speaks to.

    Args:
        app: tells what is licensed, and shows the settings.
        notebook: holds the notes; used by one thread of its own, so that what is written stays in order.
    """

    license_changed = Signal()
    notes_changed = Signal()
    note_written = Signal(str, arguments=["noteId"])
    room_is_out = Signal()
    said = Signal(str, arguments=["sentence"])
    _arrived = Signal(object)  # what another thread found out: a function for this one to run

    def __init__(self, app: mooring.App, notebook: Notebook) -> None:
        super().__init__()
        self._app = app
        self._notebook = notebook
        self._notes = NoteList()
        self._status: Status | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="harbor-notes")
        self._arrived.connect(self._act)  # a slot of this object: Qt runs it in its thread
        self._take_off: Callable[[], None] = lambda: None

    def open(self) -> None:
        """Read the notes and the license, and hear of every change of it from now on."""

        def read() -> Callable[[], None]:
            # The status comes from the thread that noticed: activate's, or the background thread.
            self._take_off = self._app.on_change(lambda status: self._in_window(lambda: self._learn(status)))
            status, is_new, notes = self._app.status(), self._notebook.is_new, self._notebook.all()
            self._notebook.open()

            def show() -> None:
                self._notes.show(notes)
                self.notes_changed.emit()
                self._learn(status)
                if is_new and not status.activated:  # the first run
                    QTimer.singleShot(0, self.activate)

            return show

        self._do(read)

    def close(self) -> None:
        """Finish writing."""
        self._take_off()
        self._thread.shutdown()

    # What is shown

    @Property(QObject, constant=True)
    def notes(self) -> NoteList:
        """The list of notes."""
        return self._notes

    @Property(str, notify=license_changed)
    def sentence(self) -> str:
        """How Harbor Notes is activated."""
        return self._status.sentence if self._status else ""

    @Property(str, notify=license_changed)
    def edition(self) -> str:
        """The edition's name, as ``Pro``; nothing without a license."""
        return (self._status.edition or "").capitalize() if self._status and self._status.activated else ""

    @Property(bool, notify=license_changed)
    def known(self) -> bool:
        """Whether the license has been read."""
        return self._status is not None

    @Property(bool, notify=license_changed)
    def activated(self) -> bool:
        """Whether there is a license."""
        return self._status is not None and self._status.activated

    @Property(str, notify=license_changed)
    def reason(self) -> str:
        """Why there is none."""
        reason = self._status.reason if self._status else None
        return str(reason["detail"]) if reason else ""

    @Property(bool, notify=license_changed)
    def may_export(self) -> bool:
        """Whether the PDF is part of the license."""
        return self._status is not None and self._status.allows(EXPORT_PDF)

    @Property(bool, notify=license_changed)
    def unlimited(self) -> bool:
        """Whether any number of notes may be written."""
        return self._status is None or self._status.allows(UNLIMITED_NOTES)

    @Property(int, constant=True)
    def room(self) -> int:
        """How many notes there may be without a license."""
        return NOTES_WITHOUT_A_LICENSE

    @Property(int, notify=notes_changed)
    def count(self) -> int:
        """How many notes there are."""
        return self._notes.count

    # What is asked for

    @Slot()
    def write(self) -> None:
        """Begin a new note, if there is room for one."""

        def add() -> Callable[[], None]:
            if not may_add_a_note(len(self._notebook.all()), app=self._app):
                return self.room_is_out.emit
            note = self._notebook.add("")

            def show() -> None:
                self._notes.put(note)
                self.notes_changed.emit()
                self.note_written.emit(note.id)

            return show

        self._do(add)

    @Slot(str, str)
    def change(self, note_id: str, text: str) -> None:
        """Let a note say ``text``."""
        note = self._notes.note(note_id)
        if note is not None and note.text != text:
            self._notes.put(replace(note, text=text))
            self._do(lambda: self._notebook.change(note_id, text))

    @Slot(str)
    def remove(self, note_id: str) -> None:
        """Throw a note away."""
        self._notes.take_out(note_id)
        self.notes_changed.emit()
        self._do(lambda: self._notebook.remove(note_id))

    @Slot(str)
    def search(self, word: str) -> None:
        """Show only the notes with ``word`` in them."""
        self._notes.search(word)

    @Slot(str, result=str)
    def text_of(self, note_id: str) -> str:
        """Return what a note says."""
        note = self._notes.note(note_id)
        return note.text if note else ""

    @Slot(QUrl)
    def export_to(self, file: QUrl) -> None:
        """Print all notes to a PDF."""
        path = Path(file.toLocalFile())

        def export() -> Callable[[], None]:
            self._app.require(EXPORT_PDF)
            path.write_bytes(pdf_of(lines_of(self._notebook.all())))
            return lambda: self.said.emit(say("Wrote {file}", file=path.name))

        self._do(export)

    @Slot(str)
    def settings(self, page: str) -> None:
        """Show the settings of the license beside this window."""
        self._show(lambda: self._app.show_settings(page))  # type: ignore[arg-type] # QML names the page

    @Slot()
    def activate(self) -> None:
        """Show the small form that takes a product key."""
        self._show(self._app.activation_dialog)

    # How it is done

    def _learn(self, status: Status) -> None:
        self._status = status
        self.license_changed.emit()

    def _show(self, form: Callable[[], object]) -> None:
        try:
            form()
        except mooring.MooringError as error:  # no window here: its text says what to install
            self.said.emit(str(error))

    def _do(self, work: Callable[[], Callable[[], None] | None]) -> None:
        """Run ``work`` in the notebook's thread, and what it returns in the window's."""

        def finished(done: Future[Any]) -> None:
            error = done.exception()
            if isinstance(error, (mooring.MooringError, OSError)):
                self._in_window(lambda: self.said.emit(str(error)))
            elif error is not None:
                raise error
            elif (act := done.result()) is not None:
                self._in_window(act)

        self._thread.submit(work).add_done_callback(finished)

    def _in_window(self, act: Callable[[], None]) -> None:
        self._arrived.emit(act)

    @Slot(object)
    def _act(self, act: Callable[[], None]) -> None:
        act()
