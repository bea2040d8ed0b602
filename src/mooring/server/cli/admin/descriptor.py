"""`mooring admin descriptor`: the file that a product's program ships with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mooring.server.cli.admin.files import write_json
from mooring.server.cli.workplace import operate
from mooring.server.licensing.use_cases.signing.make_descriptor import MakeDescriptor

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output
    from mooring.server.cli.workplace import Workplace


def run(arguments: argparse.Namespace) -> int:
    """Run `mooring admin descriptor`."""

    async def work(place: Workplace, output: Output) -> None:
        make = MakeDescriptor(place.catalog, place.publisher, place.secrets)
        descriptor = await make(arguments.product, server=place.settings.public_url)
        write_json(Path(arguments.output), descriptor.to_document())
        output.say(
            f"{arguments.output} is the descriptor of {descriptor.name}: ship it in the program's package."
        )
        if descriptor.lab:
            output.say("It is marked lab, for trying out: its server is this computer.")
        output.answer({"file": arguments.output, "lab": descriptor.lab})

    return operate(arguments, work)
