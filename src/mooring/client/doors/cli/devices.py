"""The commands for the devices of an account: list, free, rename, and reactivate after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import Refused
from mooring.client.doors.cli.activation import setting, tell_status
from mooring.client.doors.cli.identifiers import device_id
from mooring.client.view.account import candidate_facts, device_facts
from mooring.command_line import exit_codes
from mooring.command_line.parser import WrongUsage, add_command
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    import argparse

    from mooring.client.app import App
    from mooring.client.domain.accounts.mine import Candidate
    from mooring.command_line.console import Console
    from mooring.command_line.parser import Commands


def add_commands(commands: Commands, parents: tuple[argparse.ArgumentParser, ...]) -> None:
    """Add the commands to the program."""
    devices_parser = add_command(
        commands, "devices", devices, parents=parents,
        says=mark("the devices that use licenses of your account; free or rename one"),
        examples="  mooring devices\n  mooring devices free dev_01k0000000000000000000000a",
    )  # fmt: skip
    actions = devices_parser.add_subparsers(dest="action", metavar="ACTION")
    free_parser = add_command(
        actions, "free", free, parents=parents,
        says=mark("free the seats of a device that is lost, dead or given away"),
        examples="  mooring devices free dev_01k0000000000000000000000a\n  mooring devices free --all",
    )  # fmt: skip
    which = free_parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "device",
        nargs="?",
        type=device_id,
        metavar="ID",
        help=mark("the device, as `mooring devices` lists it"),
    )
    which.add_argument(
        "--all", action="store_true", dest="every", help=mark("every device, this computer too")
    )
    rename_parser = add_command(
        actions, "rename", rename, parents=parents, says=mark("give a device another name"),
        examples="  mooring devices rename dev_01k0000000000000000000000a Kitchen",
    )  # fmt: skip
    rename_parser.add_argument(
        "device", type=device_id, metavar="ID", help=mark("the device, as `mooring devices` lists it")
    )
    rename_parser.add_argument("name", metavar="NAME", help=mark("its new name"))
    reactivate_parser = add_command(
        commands, "reactivate", reactivate, parents=parents,
        says=mark("take your license along: you changed hardware on this device recently"),
        examples=mark("  mooring reactivate                 lists your devices and asks\n"
        "  mooring reactivate --json          lists them and changes nothing"),
    )  # fmt: skip
    reactivate_parser.add_argument(
        "--device",
        type=device_id,
        metavar="ID",
        help=mark("the device that you are using right now; asks nothing"),
    )


def devices(arguments: argparse.Namespace) -> int:
    """List the devices of the account."""
    app, console = setting(arguments)
    with console.working("Asking the activation service"):
        found = app.devices()
    here = app.status().device
    this_one = console.said("this computer")
    for place, mine in enumerate(found):
        this = f"  ({this_one})" if here is not None and here.id == mine.device.id else ""
        if place:
            console.say()
        console.say(f"{console.styled(mine.device.name, 'bold')}{this}")
        console.rows(((mark("Id"), mine.device.id), *device_facts(mine, app.descriptor, app.language)))
    if not found:
        console.say("No device uses a license of your account.")
    console.answer({"devices": [mine.to_document() for mine in found]})
    return exit_codes.DONE


def free(arguments: argparse.Namespace) -> int:
    """Free the seats of one device, or of all."""
    app, console = setting(arguments)
    with console.working("Asking the activation service"):
        if arguments.every:
            app.free_all_devices()
        else:
            app.free_device(arguments.device)
    every = mark("Every seat of your licenses is free.")
    console.say(every if arguments.every else mark("The device's seats are free."))
    console.say("A computer that had one may go on offline until its certificate ends.", indent=2)
    console.answer({"freed": "all" if arguments.every else arguments.device})
    return exit_codes.DONE


def rename(arguments: argparse.Namespace) -> int:
    """Rename a device."""
    app, console = setting(arguments)
    with console.working("Asking the activation service"):
        mine = app.rename_device(arguments.device, arguments.name)
    console.say("The device is called {device} now.", device=mine.device.name)
    console.answer(mine.to_document())
    return exit_codes.DONE


def reactivate(arguments: argparse.Namespace) -> int:
    """Reactivate as the device that was named, or that the person picks from the list.

    Raises:
        WrongUsage: none was named, and nobody sits there to be asked.
    """
    app, console = setting(arguments)
    device = arguments.device
    if device is None:
        with console.working("Looking for your devices"):
            candidates = app.candidates()
        if console.as_json:
            console.answer({"candidates": [each.to_document() for each in candidates]})
            return exit_codes.DONE
        if not candidates:
            raise Refused("no_digital_license")
        _list(console, app, candidates)
        device = _picked(console, candidates)
        if device is None:
            console.say("Nothing was changed.")
            return exit_codes.DONE
    with console.working("Asking the activation service"):
        now = app.reactivate(device)
    tell_status(console, app, now)
    return exit_codes.DONE


def _list(console: Console, app: App, candidates: tuple[Candidate, ...]) -> None:
    console.say("Which of your devices are you using right now?")
    console.say()
    most_likely = console.styled(console.said("most likely this one"), "green")
    for number, each in enumerate(candidates, 1):
        likely = f"  {most_likely}" if each.likely else ""
        console.say(f"  {number}  {console.styled(each.device.name, 'bold')}{likely}")
        console.rows(((mark("Id"), each.device.id), *candidate_facts(each, app.descriptor, app.language)))


def _picked(console: Console, candidates: tuple[Candidate, ...]) -> str | None:
    """Return the device that the person picked and confirmed; None if they left it."""
    if not console.is_interactive:
        raise WrongUsage(
            mark("Which device is it? Name it: {command}"), command="mooring reactivate --device ID"
        )
    question = console.said("Its number, or Enter to leave everything as it is:")
    while answer := console.ask(f"{question} "):
        if answer.isdecimal() and 1 <= int(answer) <= len(candidates):
            picked = candidates[int(answer) - 1].device
            is_it = mark("{device}: is this the device you are using right now?")
            return picked.id if console.confirms(is_it, device=picked.name) else None
        console.say("Please type one of the numbers in front.")
    return None
