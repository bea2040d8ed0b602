"""`mooring admin signing-key`: the keys that sign for the publisher."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mooring.core.instants import format_instant
from mooring.server.cli.admin.documents import day, instant
from mooring.server.cli.admin.files import read_json, write_json
from mooring.server.cli.workplace import again, operate, reporting
from mooring.server.licensing.domain.obstacles import NotThere
from mooring.server.licensing.domain.statement_request import (
    StatementRequest,
    read_statements,
    statements_document,
)
from mooring.server.licensing.storage.root_key_file import RootKeyFile
from mooring.server.licensing.use_cases.signing.install_statements import InstallStatements
from mooring.server.licensing.use_cases.signing.list_signing_keys import ListSigningKeys
from mooring.server.licensing.use_cases.signing.request_statements import RequestStatements
from mooring.server.licensing.use_cases.signing.rotate_signing_keys import RotateSigningKeys
from mooring.server.licensing.use_cases.signing.sign_request import sign_request

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mooring.server.cli.output import Output
    from mooring.server.cli.workplace import Workplace
    from mooring.server.licensing.domain.signing import SigningKeyRecord


def list_all(arguments: argparse.Namespace) -> int:
    """Run `mooring admin signing-key list`."""

    async def work(place: Workplace, output: Output) -> None:
        keys = await ListSigningKeys(place.publisher)()
        rows = [(key.kid, key.use, str(key.epoch), _state(key), day(key.sign_until, "-")) for key in keys]
        output.table(("KEY", "USE", "EPOCH", "STATE", "SIGNS UNTIL"), rows, empty="There is no key yet.")
        output.answer({"items": [_document(key) for key in keys]})

    return operate(arguments, work)


def rotate(arguments: argparse.Namespace) -> int:
    """Run `mooring admin signing-key rotate`."""

    async def work(place: Workplace, output: Output) -> None:
        rotate_keys = RotateSigningKeys(place.publisher, place.root, place.secrets)
        keys = await again(rotate_keys)(compromised=arguments.compromised, at=place.now)
        _say_begun(output, keys)
        if arguments.compromised:
            output.say(
                "Devices that meet the new keys stop believing the old ones; others at their next renewal."
            )
        output.answer({"items": [_document(key) for key in keys]})

    return operate(arguments, work)


def request(arguments: argparse.Namespace) -> int:
    """Run `mooring admin signing-key request`."""

    async def work(place: Workplace, output: Output) -> None:
        make = RequestStatements(place.publisher, place.secrets)
        asked = await again(make)(compromised=arguments.compromised, at=place.now)
        write_json(Path(arguments.file), asked.to_document())
        output.say(
            f"{arguments.file} holds no secret. Take it to the computer that keeps the root key, and run:"
        )
        output.say(f"  mooring admin signing-key sign {arguments.file} --root-key FILE --output STATEMENT")
        output.answer({"file": arguments.file, "epoch": asked.epoch.number})

    return operate(arguments, work)


def sign(arguments: argparse.Namespace) -> int:
    """Run `mooring admin signing-key sign`, which needs neither database nor secrets."""

    def work(output: Output) -> None:
        asked = StatementRequest.from_document(read_json(Path(arguments.file)))
        root = RootKeyFile(Path(arguments.root_key)).load()
        if root is None:
            raise NotThere(f"There is no file {arguments.root_key}.", "Name the root key's file.")
        output.rows(
            [
                ("Publisher", asked.issuer),
                ("Epoch", f"{asked.epoch.number} (believed from {asked.epoch.min_epoch} on)"),
                ("Signs until", format_instant(asked.epoch.sign_until)),
            ]
        )
        write_json(Path(arguments.output), statements_document(asked.issuer, sign_request(asked, root)))
        output.say(f"{arguments.output} holds no secret. Take it back to the server, and run:")
        output.say(f"  mooring admin signing-key install {arguments.output}")
        output.answer({"file": arguments.output, "issuer": asked.issuer, "epoch": asked.epoch.number})

    return reporting(arguments, work)


def install(arguments: argparse.Namespace) -> int:
    """Run `mooring admin signing-key install`."""

    async def work(place: Workplace, output: Output) -> None:
        statements = read_statements(read_json(Path(arguments.file)))
        keys = await again(InstallStatements(place.publisher))(statements, at=place.now)
        _say_begun(output, keys)
        output.answer({"items": [_document(key) for key in keys]})

    return operate(arguments, work)


def _say_begun(output: Output, keys: Sequence[SigningKeyRecord]) -> None:
    key = keys[0]
    output.say(f"The keys of epoch {key.epoch} sign from now on, until {day(key.sign_until)}.")
    output.say("A running server takes them up within a minute. Make a backup now: mooring backup FILE")


def _state(key: SigningKeyRecord) -> str:
    if key.current:
        return "signs"
    return "waits for the root" if key.statement is None else "replaced"


def _document(key: SigningKeyRecord) -> dict[str, object]:
    return {
        "kid": key.kid,
        "use": key.use,
        "epoch": key.epoch,
        "min_epoch": key.min_epoch,
        "state": {"signs": "current", "replaced": "replaced"}.get(_state(key), "requested"),
        "not_before": instant(key.not_before),
        "sign_until": instant(key.sign_until),
        "created_at": instant(key.created_at),
    }
