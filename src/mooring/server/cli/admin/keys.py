"""`mooring admin keys`: product keys come in, and this once they are visible."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from mooring.core.identifiers import new_identifier
from mooring.server.cli.workplace import operate
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.storage.key_sheet import KeySheetFile
from mooring.server.licensing.use_cases.keys.import_keys import MOST_LINES_SHOWN, ImportKeys, Row
from mooring.server.licensing.use_cases.keys.mint_keys import MintKeys

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from mooring.server.cli.output import Output
    from mooring.server.cli.workplace import Workplace


def mint(arguments: argparse.Namespace) -> int:
    """Run `mooring admin keys mint`."""

    async def work(place: Workplace, output: Output) -> None:
        mint_keys = MintKeys(place.catalog, place.book, place.pepper)
        names = (arguments.product, arguments.edition)
        await mint_keys.check(*names, policy=arguments.policy, count=arguments.count)
        open_sheet = KeySheetFile.resume if arguments.resume else KeySheetFile.create
        sheet = open_sheet(
            Path(arguments.output),
            product=arguments.product,
            edition=arguments.edition,
            policy=arguments.policy,
            batch=new_identifier("mint", place.now),
        )
        try:
            with output.progress("Minting", arguments.count) as progress:
                minted = await mint_keys(
                    *names,
                    sheet,
                    count=arguments.count,
                    policy=arguments.policy,
                    at=place.now,
                    progress=progress,
                )
        finally:
            sheet.close()
        keys = "1 key is" if minted.keys == 1 else f"{minted.keys:,} keys are"
        output.say(f"{keys} in {arguments.output}, readable by you only; no key is shown anywhere else.")
        if minted.found:
            output.say(f"{minted.found:,} of them were left by the interrupted minting.")
        output.answer({**minted._asdict(), "file": arguments.output})

    return operate(arguments, work)


def import_file(arguments: argparse.Namespace) -> int:
    """Run `mooring admin keys import`."""

    async def work(place: Workplace, output: Output) -> None:
        rows = read_rows(Path(arguments.file))
        with output.progress("Importing", len(rows)) as progress:
            imported = await ImportKeys(place.catalog, place.book, place.pepper)(
                rows, skip_invalid=arguments.skip_invalid, at=place.now, progress=progress
            )
        output.say(f"{imported.added:,} keys imported; {imported.skipped:,} were here already.")
        if imported.invalid:
            output.warn(f"{len(imported.invalid):,} lines were left out:")
        for problem in imported.invalid[:MOST_LINES_SHOWN]:
            output.warn(f"line {problem.line}: {problem.what}")
        output.answer({**imported._asdict(), "invalid": [problem._asdict() for problem in imported.invalid]})

    return operate(arguments, work)


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a CSV file with a column ``product_key``.

    Raises:
        ValueRefused: The file cannot be read, or has no such column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, skipinitialspace=True)
            if "product_key" not in [name.strip() for name in reader.fieldnames or ()]:
                raise ValueRefused(
                    f"{path} has no column product_key.", "Name the columns in its first line."
                )
            return [Row(reader.line_num, _cells(cells)) for cells in reader]
    except OSError as error:
        raise ValueRefused(f"{path} cannot be read: {error.strerror}.", "Check its name.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueRefused(f"{path} is not a CSV file in UTF-8: {error}.", "Export it anew.") from error


def _cells(cells: Mapping[str | None, object]) -> dict[str, str]:
    """Return the cells that say something; a line that is too short or too long has odd ones."""
    return {
        name.strip(): text.strip()
        for name, text in cells.items()
        if isinstance(name, str) and isinstance(text, str) and text.strip()
    }
