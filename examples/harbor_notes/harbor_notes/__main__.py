"""The commands of Harbor Notes."""

import argparse
import getpass
import sys
from pathlib import Path

import mooring
from harbor_notes.licensing import NOTES_WITHOUT_A_LICENSE, app, may_add_a_note
from harbor_notes.notes import Note, Notebook
from harbor_notes.pdf import pdf_of


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="harbor-notes", description="Notes in the terminal.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("add", help="write a note").add_argument("text")
    commands.add_parser("list", help="show every note")
    commands.add_parser("search", help="show the notes with a word").add_argument("word")
    commands.add_parser("export", help="print all notes to a PDF (Pro)").add_argument("file", type=Path)
    commands.add_parser("activate", help="activate with your product key").add_argument("key", nargs="?")
    commands.add_parser("about", help="show how Harbor Notes is activated")
    chosen = parser.parse_args(arguments)
    app.keep_fresh()  # in the background: it never blocks, raises or asks
    notebook = Notebook()
    try:
        return {
            "add": lambda: add(notebook, chosen.text),
            "list": lambda: show(notebook.all()),
            "search": lambda: show(notebook.search(chosen.word)),
            "export": lambda: export(notebook, chosen.file),
            "activate": lambda: activate(chosen.key),
            "about": about,
        }[chosen.command]()
    except mooring.MooringError as error:  # its text is a sentence for the person, with the next step
        print(error, file=sys.stderr)
        return 1
    finally:
        app.close()


def add(notebook: Notebook, text: str) -> int:
    """Keep a note, within what an unactivated copy may hold."""
    if not may_add_a_note(len(notebook.all())):
        print(
            f"Without a license there is room for {NOTES_WITHOUT_A_LICENSE} notes. Activate it to write more."
        )
        return 1
    notebook.add(text)
    return 0


def show(notes: list[Note]) -> int:
    """Print notes, oldest first."""
    for note in notes:
        print(f"{note.written_at[:10]}  {note.text}")
    if not notes:
        print("No notes here yet. Write one: harbor-notes add TEXT")
    return 0


def export(notebook: Notebook, file: Path) -> int:
    """Print all notes to a PDF, with the Pro edition."""
    app.require("export-pdf")
    file.write_bytes(pdf_of(f"{note.written_at[:10]}   {note.text}" for note in notebook.all()))
    print(f"Wrote {file}")
    return 0


def activate(key: str | None) -> int:
    """Activate with ``key``, or ask for it."""
    app.activate(key or getpass.getpass("Product key (it stays hidden while you type): "))
    return about()


def about() -> int:
    """Say how Harbor Notes is activated and what activation would add."""
    status = app.status()
    print(status.sentence)
    if status.locked:
        print("Activation would add: " + ", ".join(status.locked))
    return 0


if __name__ == "__main__":
    sys.exit(main())
