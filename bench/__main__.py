"""`make bench`: measure everything and print the table."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bench import growth, memory, minting, serving, startup, window
from bench.flames import draw
from bench.places import Place, a_server
from bench.processes import Publisher
from bench.table import show

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.places import Server
    from bench.table import Row

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run the chosen rows; return 0 if all that is owed holds, else 1."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="startup, window, serving, minting, memory, growth; else all"
    )
    parser.add_argument("--keys", type=int, default=1_000_000, help="how many keys the minting row mints")
    parser.add_argument(
        "--licenses", type=int, default=1_000_000, help="how many licenses the growth rows hold"
    )
    parser.add_argument("--full", action="store_true", help="hold 10,000,000 licenses: some minutes more")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument(
        "--database", choices=("sqlite", "postgresql", "both"), default="both", help="measure on which"
    )
    parser.add_argument(
        "--profile", action="store_true", help="draw where the server's time goes, into bench/results"
    )
    chosen = parser.parse_args()
    rows = []
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="mooring-bench-")))
        if chosen.database != "postgresql":
            rows += _measured(
                folder / "sqlite", chosen, lambda name: Place("SQLite", f"sqlite:///{folder / name}")
            )
        if chosen.database != "sqlite":
            server = running.enter_context(a_server())
            rows += _measured(folder / "postgresql", chosen, lambda _name: server.database(), server)
    if chosen.json:
        print(json.dumps([row.to_document() for row in rows], indent=2))
    else:
        show(rows)
    return 0 if all(row.holds for row in rows) else 1


def _measured(
    folder: Path, chosen: argparse.Namespace, place: Callable[[str], Place], server: Server | None = None
) -> list[Row]:
    """Measure the chosen parts on one kind of database."""
    folder.mkdir()
    publisher = Publisher(folder / "publisher", place("mooring.db"))
    stacks = RESULTS / f"{publisher.place.name}.stacks" if chosen.profile else None
    many = 10_000_000 if chosen.full else chosen.licenses
    measures: dict[str, Callable[[], list[Row]]] = {
        "startup": lambda: startup.rows(publisher, folder),
        "window": lambda: window.rows(publisher, folder),
        "serving": lambda: serving.rows(publisher, folder, place("usual.db"), server, stacks),
        "memory": lambda: memory.rows(publisher),
        "minting": lambda: minting.rows(publisher, folder, chosen.keys),
        "growth": lambda: growth.rows(folder, many, lambda: place(f"{uuid.uuid4().hex}.db")),
    }
    if publisher.place.is_postgresql:
        del measures["startup"], measures["window"]  # a program's own, and measured already
    rows = []
    for part, measure in measures.items():
        if not chosen.parts or part in chosen.parts:
            print(f"Measuring {part} on {publisher.place.name} ...", file=sys.stderr, flush=True)
            rows += measure()
    if stacks is not None and stacks.exists():
        print(f"Where the time went: {draw(stacks)}", file=sys.stderr)
    return rows


if __name__ == "__main__":
    sys.exit(main())
