"""The commands that only tell: a key, the hardware, a certificate, the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import Refused
from mooring.client.doors.cli.activation import setting
from mooring.client.doors.cli.refusals import tell_mistyped_key
from mooring.client.view.certificate import certificate_facts
from mooring.client.view.mistyped_key import mistyped_key
from mooring.command_line import exit_codes
from mooring.command_line.parser import WrongUsage, add_command
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    import argparse

    from mooring.client.domain.reports.hardware import HardwareReport
    from mooring.command_line.console import Console
    from mooring.command_line.parser import Commands

STRENGTHS = {
    "strong": mark("This computer is recognized after a reinstall."),
    "weak": mark(
        "Too little can be read to recognize this computer after a reinstall: keep the product key."
    ),
    "unreadable": mark("Nothing can be read here: only a lease is possible."),
}


def add_commands(commands: Commands, parents: tuple[argparse.ArgumentParser, ...]) -> None:
    """Add the commands to the program."""
    check_parser = add_command(
        commands, "check", check, parents=parents,
        says=mark("is a key well typed, and for which product; offline"),
        examples="  mooring check BCDFG-HJKMN-PQRTV-WXY23-46789",
    )  # fmt: skip
    check_parser.add_argument(
        "key", metavar="KEY", help=mark("the product key; - reads it from standard input")
    )
    add_command(
        commands, "hardware", hardware, parents=parents,
        says=mark("the hardware profile as it would be sent, and how strong it is"),
        examples="  mooring hardware",
    )  # fmt: skip
    certificate = add_command(
        commands, "certificate", inspect, parents=parents, says=mark("look into a certificate"),
        examples="  mooring certificate inspect\n  mooring certificate inspect other.jws",
    )  # fmt: skip
    actions = certificate.add_subparsers(dest="action", metavar="ACTION", required=True)
    inspect_parser = add_command(
        actions, "inspect", inspect, parents=parents, says=mark("what a certificate says, in plain words"),
        examples="  mooring certificate inspect\n  mooring certificate inspect other.jws",
    )  # fmt: skip
    inspect_parser.add_argument(
        "file", nargs="?", metavar="FILE", help=mark("a certificate; else the one held here")
    )
    add_command(
        commands, "support-code", support_code, parents=parents,
        says=mark("a short summary for support, without secrets"), examples="  mooring support-code",
    )  # fmt: skip
    add_command(
        commands, "check-connection", check_connection, parents=parents,
        says=mark("why the activation service cannot be reached"), examples="  mooring check-connection",
    )  # fmt: skip


def check(arguments: argparse.Namespace) -> int:
    """Tell what a key says by itself."""
    app, console = setting(arguments)
    key = console.read_line() if arguments.key == "-" else arguments.key
    try:
        found = app.check(key)
    except Refused as refused:
        mistyped = mistyped_key(key, refused.members)
        if mistyped is not None:
            tell_mistyped_key(console, mistyped)
        raise
    if found.for_this_product:
        console.judge("good", mark("The key is well typed, for {product}."), product=app.descriptor.name)
        console.say("Whether it was ever sold, only the activation service knows.", indent=2)
    else:
        console.judge("warning", mark("The key is well typed, but for another product."))
    console.answer(found.to_document())
    return exit_codes.DONE


def hardware(arguments: argparse.Namespace) -> int:
    """Show the hardware profile."""
    app, console = setting(arguments)
    report = app.hardware()
    tell_hardware(console, report)
    console.answer(report.to_document())
    return exit_codes.DONE


def tell_hardware(console: Console, report: HardwareReport) -> None:
    """Show each component with its group and the hash that would be sent."""
    widths = [max(len(row[at]) for row in report.components if row[at]) for at in (0, 1)]  # type: ignore[arg-type]
    for each in report.components:
        value = ", ".join(each.hash) if isinstance(each.hash, tuple) else each.hash
        shown = value or console.styled(console.said("not readable here"), "dim")
        console.say(
            f"  {each.name.ljust(widths[0])}  {console.styled(each.group.ljust(widths[1]), 'dim')}  {shown}"
        )
    console.say()
    console.say(
        "{strength} (weight {weight} of 100)", indent=2,
        strength=console.said(STRENGTHS[report.strength]), weight=report.weight,
    )  # fmt: skip
    console.say("These are keyed hashes: serial numbers never leave this computer.", indent=2)


def inspect(arguments: argparse.Namespace) -> int:
    """Decode a certificate in plain words."""
    app, console = setting(arguments)
    inspection = app.inspect_certificate(_text_of(arguments.file, console))
    if inspection.genuine:
        console.judge(
            "good", mark("Genuine: the publisher of {product} signed it."), product=app.descriptor.name
        )
    else:
        console.judge("bad", mark("Not genuine ({why}). Believe nothing of this:"), why=inspection.why)
    console.say()
    console.rows(certificate_facts(inspection, app.language))
    console.answer(inspection.to_document())
    return exit_codes.DONE if inspection.genuine else exit_codes.REFUSED


def support_code(arguments: argparse.Namespace) -> int:
    """Show the support code."""
    app, console = setting(arguments)
    code = app.support_code()
    console.show(code.text)
    console.answer(code.to_document())
    return exit_codes.DONE


def check_connection(arguments: argparse.Namespace) -> int:
    """Show how far each server can be reached, and what is in the way."""
    app, console = setting(arguments)
    with console.working("Trying the activation service"):
        report = app.check_connection()
    for finding in report.servers:
        console.say(console.styled(finding.server, "bold"))
        for step in finding.steps:
            mark = console.styled("✓", "green") if step.passed else console.styled("✗", "red")
            console.say(f"  {mark} {step.name.ljust(10)}  {step.detail}")
    console.answer(report.to_document())
    return exit_codes.DONE if report.reachable else exit_codes.UNREACHABLE


def _text_of(file: str | None, console: Console) -> str | None:
    if file is None:
        return None
    if file == "-":
        return console.read_line()
    try:
        with open(file, encoding="utf-8") as opened:
            return opened.read()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(
            mark("{file} cannot be read as a certificate: {error}."), file=file, error=error
        ) from error
