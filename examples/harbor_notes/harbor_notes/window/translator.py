"""Lets the window's QML say `qsTr` in the person's language, from the same files as the commands."""

from PySide6.QtCore import QTranslator

from harbor_notes.licensing import app
from harbor_notes.words import sentences


class Translator(QTranslator):
    """Looks sentences up in `languages`: the program has one catalogue, and needs none of Qt's tools."""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Tell Qt that there is something to look up."""
        return False

    def translate(self, context: str, sentence: str, note: str | None = None, n: int = -1) -> str | None:
        """Return ``sentence`` in the person's language; None where it stays as it is."""
        return sentences(app.language).get(sentence)
