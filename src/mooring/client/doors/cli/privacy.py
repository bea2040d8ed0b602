"""The commands about privacy: what would be sent, what is asked for, agreeing and withdrawing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mooring.client.doors.cli.activation import setting
from mooring.client.view.privacy import not_asked_sentence, shown_choices, title_of
from mooring.command_line import exit_codes
from mooring.command_line.parser import WrongUsage, add_command
from mooring.core.privacy import CATALOGUE, DEVICE_NAME
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    import argparse

    from mooring.client.domain.accounts.privacy import PrivacyChoices
    from mooring.client.view.privacy import ShownChoice
    from mooring.command_line.console import Console
    from mooring.command_line.parser import Commands

_ASKING = mark("Asking the activation service")


def add_commands(commands: Commands, parents: tuple[argparse.ArgumentParser, ...]) -> None:
    """Add the commands to the program."""
    privacy = add_command(
        commands, "privacy", preview, parents=parents,
        says=mark("what is sent, before it is sent; and your choices"),
        examples="  mooring privacy preview\n  mooring privacy show\n  mooring privacy off",
    )  # fmt: skip
    actions = privacy.add_subparsers(dest="action", metavar="ACTION", required=True)
    add_command(
        actions, "preview", preview, parents=parents, says=mark("exactly what activating would send"),
        examples="  mooring privacy preview --json",
    )  # fmt: skip
    add_command(
        actions, "show", show, parents=parents,
        says=mark("what you are asked to share, what you agreed to, and since when"),
        examples="  mooring privacy show",
    )  # fmt: skip
    set_parser = add_command(
        actions, "set", set_choice, parents=parents,
        says=mark("agree to one thing, or withdraw that; both count at once"),
        examples="  mooring privacy set device_name on\n  mooring privacy set device_name off",
    )  # fmt: skip
    set_parser.add_argument(
        "name", metavar="NAME", type=lambda name: name.replace("-", "_"),
        choices=[choice.name for choice in CATALOGUE], help=mark("what, as `mooring privacy show` names it"),
    )  # fmt: skip
    set_parser.add_argument("on", metavar="on|off", choices=("on", "off"), help=mark("agree, or withdraw"))
    add_command(
        actions, "off", off, parents=parents, says=mark("share nothing: withdraw everything optional"),
        examples="  mooring privacy off",
    )  # fmt: skip


def preview(arguments: argparse.Namespace) -> int:
    """Show exactly what activating would send."""
    app, console = setting(arguments)
    body = app.privacy_preview()
    device = body["device"]
    if isinstance(device, dict) and "name" in device:
        console.say(
            "Activating sends this, and nothing else. All of it is necessary for activation, except "
            "device.name, which you agreed to; to withdraw that: {command}",
            command=_command("off"),
        )
    else:
        console.say("Activating sends this, and nothing else. All of it is necessary for activation:")
    console.show(f"\n{json.dumps(body, indent=2, ensure_ascii=False)}\n")
    console.say("The product key goes along when you type one. Hardware is sent as keyed hashes only.")
    console.answer(body)
    return exit_codes.DONE


def show(arguments: argparse.Namespace) -> int:
    """Show the choices."""
    app, console = setting(arguments)
    with console.working(_ASKING):
        chosen = app.privacy()
    _tell(console, chosen, app.language)
    console.answer(chosen.to_document())
    return exit_codes.DONE


def set_choice(arguments: argparse.Namespace) -> int:
    """Agree to one choice, in the words that are shown, or withdraw it.

    Raises:
        WrongUsage: it is to be agreed to, and the publisher does not ask for it.
    """
    app, console = setting(arguments)
    name, title = arguments.name, title_of(arguments.name, app.language)
    with console.working(_ASKING):
        asked = app.privacy()
    choice = next((each for each in shown_choices(asked, app.language) if each.name == name), None)
    if arguments.on == "on" and asked.signed_in and (choice is None or not choice.asked):
        raise WrongUsage(
            mark("{title}: that is not asked for, so there is nothing to agree to."),
            more="mooring privacy show",
            title=title,
        )
    if arguments.on == "on":
        if choice is not None:
            console.say(choice.text)
        with console.working(mark("Telling the activation service")):
            chosen = app.set_privacy(name, True, text_version=choice.text_version if choice else None)
        console.judge("good", mark("On: {title}"), title=title)
        console.say("To withdraw: {command}", indent=2, command=_command("off", name))
    else:
        chosen = asked
        if choice is not None:
            with console.working(mark("Telling the activation service")):
                chosen = app.set_privacy(name, False)
        _tell_off(console, chosen, title)
    console.answer(chosen.to_document())
    return exit_codes.DONE


def off(arguments: argparse.Namespace) -> int:
    """Withdraw everything optional."""
    app, console = setting(arguments)
    with console.working(mark("Telling the activation service")):
        chosen = app.share_nothing()
    _tell_off(console, chosen, console.said(mark("everything optional")))
    console.answer(chosen.to_document())
    return exit_codes.DONE


def _tell(console: Console, chosen: PrivacyChoices, language: str) -> None:
    if not chosen.signed_in:
        _tell_off(console, chosen, "")
        console.say("To see what you are asked for: {command}", indent=2, command="mooring sign-in")
        return
    choices = shown_choices(chosen, language)
    if not any(choice.agreed for choice in choices):
        console.judge("good", mark("Nothing optional is sent: you agreed to nothing, or withdrew it."))
    for choice in choices:
        console.say()
        _tell_choice(console, choice)
    remark = not_asked_sentence(chosen, language)
    if remark is not None:
        console.say(f"\n{remark}")


def _tell_choice(console: Console, choice: ShownChoice) -> None:
    state = console.said(mark("on") if choice.agreed else mark("off"))
    console.say(console.styled(f"{choice.title}: {state}", "bold"))
    console.say(choice.text, indent=2, hanging=2)
    if choice.since is not None:
        console.say(choice.since, indent=2)
    if choice.agreed or choice.asked:
        turned = "off" if choice.agreed else "on"
        command = console.styled(_command(turned, choice.name), "cyan")
        message = mark("To withdraw: {command}") if choice.agreed else mark("To agree: {command}")
        console.say(message, indent=2, command=command)


def _tell_off(console: Console, chosen: PrivacyChoices, title: str) -> None:
    if chosen.signed_in:
        console.judge("good", mark("Off: {title}"), title=title)
    else:
        console.judge("good", mark("Nobody is signed in on this computer, so it sends nothing optional."))
        console.say("What an account agreed to stands on its page, and can be withdrawn there.", indent=2)


def _command(turned: str, name: str = DEVICE_NAME) -> str:
    return f"mooring privacy set {name} {turned}"
