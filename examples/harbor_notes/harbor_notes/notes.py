"""The notes themselves: one line of JSON each, in the user's data folder."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path


@dataclass(frozen=True)
class Note:
    """A text of one or more lines, and when it was written."""

    id: str
    text: str
    written_at: str

    @property
    def title(self) -> str:
        """The first line."""
        return self.text.strip().partition("\n")[0]

    @property
    def day(self) -> str:
        """The day on which it was written, as ``2026-11-22``."""
        return self.written_at[:10]


class Notebook:
    """All notes of one user, oldest first."""

    def __init__(self, folder: Path | None = None) -> None:
        chosen = os.environ.get("HARBOR_NOTES_HOME")
        self._file = (folder or (Path(chosen) if chosen else user_data_path("harbor-notes"))) / "notes.jsonl"

    @property
    def is_new(self) -> bool:
        """Whether nobody has opened it yet."""
        return not self._file.exists()

    def open(self) -> None:
        """Begin the notebook, if it is new."""
        if self.is_new:
            self._write([])

    def all(self) -> list[Note]:
        """Return every note."""
        if self.is_new:
            return []
        return [Note(**json.loads(line)) for line in self._file.read_text("utf-8").splitlines()]

    def add(self, text: str) -> Note:
        """Keep a new note and return it."""
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        note = Note(secrets.token_hex(6), text, now)
        self._write([*self.all(), note])
        return note

    def change(self, note_id: str, text: str) -> None:
        """Let a note say something else."""
        self._write(replace(note, text=text) if note.id == note_id else note for note in self.all())

    def remove(self, note_id: str) -> None:
        """Throw a note away."""
        self._write(note for note in self.all() if note.id != note_id)

    def search(self, word: str) -> list[Note]:
        """Return the notes that contain ``word``, in any case."""
        return [note for note in self.all() if word.casefold() in note.text.casefold()]

    def _write(self, notes: Iterable[Note]) -> None:
        """Put ``notes`` in the file's place in one step: a crash leaves the old file or the new one."""
        lines = "".join(json.dumps(asdict(note), ensure_ascii=False) + "\n" for note in notes)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(lines, "utf-8")
        fresh.replace(self._file)
