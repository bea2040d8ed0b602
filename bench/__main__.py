"""`make bench`: measure everything and print the table."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench import growth, memory, minting, serving, startup
from bench.processes import Publisher
from bench.table import show


def main() -> int:
    """Run the chosen rows; return 0 if all that is owed holds, else 1."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="startup, serving, minting, memory, growth; else all"
    )
    parser.add_argument("--keys", type=int, default=1_000_000, help="how many keys the minting row mints")
    parser.add_argument(
        "--licenses", type=int, default=1_000_000, help="how many licenses the growth rows hold"
    )
    parser.add_argument("--full", action="store_true", help="hold 10,000,000 licenses: some minutes more")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mooring-bench-") as name:
        folder = Path(name)
        publisher = Publisher(folder)
        measures = {
            "startup": lambda: startup.rows(publisher, folder),
            "serving": lambda: serving.rows(publisher, folder),
            "memory": lambda: memory.rows(publisher),
            "minting": lambda: minting.rows(publisher, folder, chosen.keys),
            "growth": lambda: growth.rows(folder, 10_000_000 if chosen.full else chosen.licenses),
        }
        rows = []
        for part, measure in measures.items():
            if not chosen.parts or part in chosen.parts:
                print(f"Measuring {part} ...", file=sys.stderr, flush=True)
                rows += measure()
    if chosen.json:
        print(json.dumps([row.to_document() for row in rows], indent=2))
    else:
        show(rows)
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
