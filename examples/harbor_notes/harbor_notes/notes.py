"""The notes themselves: one line of JSON each, in the user's data folder."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from platformdirs import user_data_path


@dataclass(frozen=True)
class Note:
    """A line of text and when it was written."""

    text: str
    written_at: str


class Notebook:
    """All notes of one user, oldest first."""

    def __init__(self, folder: Path | None = None) -> None:
        chosen = os.environ.get("HARBOR_NOTES_HOME")
        self._file = (folder or (Path(chosen) if chosen else user_data_path("harbor-notes"))) / "notes.jsonl"

    def all(self) -> list[Note]:
        """Return every note."""
        if not self._file.exists():
            return []
        return [Note(**json.loads(line)) for line in self._file.read_text("utf-8").splitlines()]

    def add(self, text: str) -> Note:
        """Keep a new note and return it."""
        note = Note(text, datetime.now().astimezone().isoformat(timespec="seconds"))
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(note), ensure_ascii=False) + "\n")
        return note

    def search(self, word: str) -> list[Note]:
        """Return the notes that contain ``word``, in any case."""
        return [note for note in self.all() if word.casefold() in note.text.casefold()]
