"""The commands that tell and change how a program is activated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.doors.cli.identifiers import license_id
from mooring.client.doors.cli.next_commands import next_commands
from mooring.client.doors.cli.parser import app_for
from mooring.client.doors.cli.refusals import with_corrected_key
from mooring.client.view.activation import activation_view
from mooring.command_line import exit_codes
from mooring.command_line.console import Console, next_step_line
from mooring.command_line.folding import columns_of, folded_example
from mooring.command_line.parser import add_command
from mooring.command_line.words import words_in
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    import argparse

    from mooring.client.app import App
    from mooring.client.domain.status import Status
    from mooring.command_line.parser import Commands


def add_commands(commands: Commands, parents: tuple[argparse.ArgumentParser, ...]) -> None:
    """Add the commands to the program."""
    add_command(
        commands, "status", status, parents=parents,
        says=mark("the Activation state, without asking anybody"),
        examples="  mooring status\n  mooring status --json | jq .sentence",
    )  # fmt: skip
    allows_parser = add_command(
        commands, "allows", allows, parents=parents, says=mark("exit 0 if a feature may be used, else 3"),
        examples="  mooring allows export-pdf && echo yes",
    )  # fmt: skip
    allows_parser.add_argument(
        "entitlement", metavar="ENTITLEMENT", help=mark("the feature's name in the program")
    )
    activate_parser = add_command(
        commands, "activate", activate, parents=parents,
        says=mark("activate with a product key, or with the digital license of this hardware"),
        examples=mark("  mooring activate BCDFG-HJKMN-PQRTV-WXY23-46789\n"
        "  mooring activate                 after a reinstall: this hardware is known\n"
        "  mooring activate -               reads the key from standard input\n"
        "  mooring activate --license lic_01k0000000000000000000000a"),
    )  # fmt: skip
    which = activate_parser.add_mutually_exclusive_group()
    which.add_argument(
        "key", nargs="?", metavar="KEY", help=mark("the product key, however it is spaced; - reads it")
    )
    which.add_argument(
        "--license", type=license_id, metavar="ID", help=mark("a license of the signed-in account")
    )
    add_command(
        commands,
        "trial",
        trial,
        parents=parents,
        says=mark("start the product's trial"),
        examples="  mooring trial",
    )
    add_command(
        commands, "renew", renew, parents=parents, says=mark("exchange the certificate for a fresh one now"),
        examples="  mooring renew",
    )  # fmt: skip
    add_command(
        commands, "deactivate", deactivate, parents=parents,
        says=mark("free this computer's seat; undone freely for 24 hours by activating again"),
        examples="  mooring deactivate",
    )  # fmt: skip


def status(arguments: argparse.Namespace) -> int:
    """Tell the Activation state."""
    app, console = setting(arguments)
    now = app.status()
    tell_status(console, app, now)
    return exit_codes.DONE if now.activated else exit_codes.NOT_ACTIVATED


def allows(arguments: argparse.Namespace) -> int:
    """Say by the exit code whether a feature may be used."""
    app, console = setting(arguments)
    allowed = app.allows(arguments.entitlement)
    console.say(mark("yes") if allowed else mark("no"))
    console.answer({"entitlement": arguments.entitlement, "allowed": allowed})
    return exit_codes.DONE if allowed else exit_codes.NOT_ACTIVATED


def activate(arguments: argparse.Namespace) -> int:
    """Activate; a mistyped key is shown with its wrong letter, and corrected only if the person agrees."""
    app, console = setting(arguments)
    key = console.read_line() if arguments.key == "-" else arguments.key

    def work(typed: str | None) -> Status:
        with console.working("Asking the activation service"):
            return app.activate(typed, license=arguments.license)

    tell_status(
        console, app, with_corrected_key(console, key, work, mark("Activate with the corrected key?"))
    )
    return exit_codes.DONE


def trial(arguments: argparse.Namespace) -> int:
    """Start the trial."""
    app, console = setting(arguments)
    with console.working("Asking the activation service"):
        now = app.trial()
    tell_status(console, app, now)
    return exit_codes.DONE


def renew(arguments: argparse.Namespace) -> int:
    """Renew now."""
    app, console = setting(arguments)
    with console.working("Asking the activation service"):
        now = app.renew()
    tell_status(console, app, now)
    return exit_codes.DONE


def deactivate(arguments: argparse.Namespace) -> int:
    """Free the seat."""
    app, console = setting(arguments)
    with console.working("Telling the activation service"):
        now = app.deactivate()
    console.say("This computer's seat is free. Within 24 hours, activating here again costs nothing.")
    console.answer(now.to_document())
    return exit_codes.DONE


def tell_status(console: Console, app: App, now: Status) -> None:
    """Show the Activation page, and the document of contract §3 where JSON was asked for."""
    view = activation_view(now, app.descriptor)
    console.judge(view.tone, view.sentence, bold=True)
    if view.why:
        console.say(view.why, indent=2)
    if view.next_step:
        console.say(console.styled(next_step_line(view.next_step._asdict()), "cyan"))
    if now.obstacle:
        for command in next_commands(now.obstacle.to_document(), console.words, asked=False):
            console.show(folded_example(f"    {command}", columns_of(console.for_people)))
    if view.facts:
        console.say()
        console.rows(view.facts)
    for remark in (*((view.adds,) if view.adds else ()), *view.advice):
        console.say(f"\n  {console.styled(remark, 'yellow') if remark in view.advice else remark}")
    console.answer(now.to_document())


def setting(arguments: argparse.Namespace) -> tuple[App, Console]:
    """Return the App that the command is about, and where its words go."""
    app = app_for(arguments)
    return app, Console.of(arguments, words_in(app.language))
