"""The commands of Harbor Notes; without one, its window."""

# How Nuitka compiles it: python -m nuitka harbor_notes
# nuitka-project: --standalone
# nuitka-project: --python-flag=-m
# nuitka-project: --output-filename=harbor-notes
# nuitka-project: --enable-plugin=pyside6
# nuitka-project: --include-package-data=harbor_notes
# nuitka-project: --include-package-data=mooring.core
# nuitka-project: --include-module=mooring.client.doors.settings
# nuitka-project: --include-package=mooring.client.doors.window
# nuitka-project: --include-package-data=mooring.client.doors.window

import argparse
import getpass
import sys
from importlib.util import find_spec
from pathlib import Path

import mooring
from harbor_notes.licensing import EXPORT_PDF, NOTES_WITHOUT_A_LICENSE, app, may_add_a_note
from harbor_notes.notes import Note, Notebook
from harbor_notes.pdf import lines_of, pdf_of
from harbor_notes.words import say

PAGES = ("your_info", "devices", "activation", "privacy", "about")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="harbor-notes", description=say("Notes, in a window and in the terminal.")
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=not _has_window())
    commands.add_parser("window", help=say("open the window, as harbor-notes without a command does"))
    commands.add_parser("add", help=say("write a note")).add_argument("text")
    commands.add_parser("list", help=say("show every note"))
    commands.add_parser("search", help=say("show the notes with a word")).add_argument("word")
    commands.add_parser("export", help=say("print all notes to a PDF (Pro)")).add_argument("file", type=Path)
    commands.add_parser("activate", help=say("activate with your product key")).add_argument("key", nargs="?")
    commands.add_parser("about", help=say("show how Harbor Notes is activated"))
    settings = commands.add_parser("settings", help=say("open the settings of your license"))
    settings.add_argument("page", nargs="?", choices=PAGES, default="activation")
    chosen = parser.parse_args(arguments)
    app.keep_fresh()  # in the background: it never blocks, raises or asks
    notebook = Notebook()
    try:
        return {
            None: lambda: window(notebook),
            "window": lambda: window(notebook),
            "add": lambda: add(notebook, chosen.text),
            "list": lambda: show(notebook.all()),
            "search": lambda: show(notebook.search(chosen.word)),
            "export": lambda: export(notebook, chosen.file),
            "activate": lambda: activate(chosen.key),
            "about": about,
            "settings": lambda: settings_of(chosen.page),
        }[chosen.command]()
    except mooring.MooringError as error:  # its text is a sentence for the person, with the next step
        print(error, file=sys.stderr)
        return 1
    finally:
        app.close()


def window(notebook: Notebook) -> int:
    """Open the window, until it is closed."""
    if not _has_window():
        print(say("The window of Harbor Notes is not installed: pip install 'harbor-notes[window]'"))
        return 2
    from harbor_notes.window import open_window  # noqa: PLC0415 - the commands do not wait for the toolkit

    return open_window(notebook)


def add(notebook: Notebook, text: str) -> int:
    """Keep a note, within what an unactivated copy may hold."""
    if not may_add_a_note(len(notebook.all())):
        sentence = "Without a license there is room for {room} notes. Activate it to write more."
        print(say(sentence, room=NOTES_WITHOUT_A_LICENSE))
        return 1
    notebook.add(text)
    return 0


def show(notes: list[Note]) -> int:
    """Print notes, oldest first."""
    for note in notes:
        print(f"{note.day}  {note.title}")
    if not notes:
        print(say("No notes here yet. Write one: harbor-notes add TEXT"))
    return 0


def export(notebook: Notebook, file: Path) -> int:
    """Print all notes to a PDF, with the Pro edition."""
    app.require(EXPORT_PDF)
    file.write_bytes(pdf_of(lines_of(notebook.all())))
    print(say("Wrote {file}", file=file))
    return 0


def activate(key: str | None) -> int:
    """Activate with ``key``, or ask for it."""
    app.activate(key or getpass.getpass(say("Product key (it stays hidden while you type): ")))
    return about()


def about() -> int:
    """Say how Harbor Notes is activated and what activation would add."""
    status = app.status()
    print(status.sentence)
    if status.locked:
        print(say("Activation would add: {features}", features=", ".join(status.locked)))
    return 0


def settings_of(page: str) -> int:
    """Open the settings of the license, in a window or the terminal, until they are closed."""
    app.show_settings(page)
    return 0


def _has_window() -> bool:
    return find_spec("PySide6") is not None


if __name__ == "__main__":
    sys.exit(main())
