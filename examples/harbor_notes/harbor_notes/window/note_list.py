"""The notes as a list that QML shows: newest first, only those with the word that is searched for."""

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QPersistentModelIndex, Qt

from harbor_notes.notes import Note

Index = QModelIndex | QPersistentModelIndex

ROLES = ("noteId", "title", "preview", "day", "text")
FIRST_ROLE = Qt.ItemDataRole.UserRole + 1
NOWHERE = QModelIndex()


class NoteList(QAbstractListModel):
    """What the list at the left shows. All of it happens on the interface thread."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[Note] = []
        self._shown: list[Note] = []
        self._word = ""

    @property
    def count(self) -> int:
        """How many notes there are, shown or not."""
        return len(self._all)

    def show(self, notes: list[Note]) -> None:
        """Show these notes, given oldest first."""
        self._all = notes[::-1]
        self._choose()

    def search(self, word: str) -> None:
        """Show only the notes with ``word`` in them."""
        self._word = word.casefold()
        self._choose()

    def put(self, note: Note) -> None:
        """Show a note that is new, on top, or one that has changed, in its place."""
        if note.id not in {each.id for each in self._all}:
            self._word = ""
            self._all.insert(0, note)
            self._choose()
            return
        self._all = [note if each.id == note.id else each for each in self._all]
        for row, each in enumerate(self._shown):
            if each.id == note.id:
                self._shown[row] = note
                self.dataChanged.emit(self.index(row), self.index(row))

    def take_out(self, note_id: str) -> None:
        """Show a note no more."""
        self._all = [each for each in self._all if each.id != note_id]
        self._choose()

    def note(self, note_id: str) -> Note | None:
        """Return a note by its id."""
        return next((each for each in self._all if each.id == note_id), None)

    def rowCount(self, parent: Index = NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Return how many notes are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = FIRST_ROLE) -> str | None:
        """Return one thing about a note."""
        note = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return note.title
        title, _, others = note.text.strip().partition("\n")
        texts = (note.id, title or "New note", " ".join(others.split()), note.day, note.text)
        return texts[role - FIRST_ROLE] if FIRST_ROLE <= role < FIRST_ROLE + len(texts) else None

    def roleNames(self) -> dict[int, QByteArray]:  # noqa: N802 - Qt's name
        """Return what QML calls each of those things."""
        return {FIRST_ROLE + place: QByteArray(name.encode()) for place, name in enumerate(ROLES)}

    def _choose(self) -> None:
        self.beginResetModel()
        self._shown = [note for note in self._all if self._word in note.text.casefold()]
        self.endResetModel()
