"""The commands for a person with an account: signing in and out, linking, claiming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import Refused
from mooring.client.doors.cli.activation import setting, tell_status
from mooring.client.doors.cli.refusals import with_corrected_key
from mooring.client.view.account import account_name, can_be_linked, license_facts, license_name
from mooring.client.view.qr_code import qr_lines
from mooring.command_line import exit_codes
from mooring.command_line.parser import add_command
from mooring.core.wording.catalogue import mark
from mooring.core.wording.linking import linking_offer

if TYPE_CHECKING:
    import argparse

    from mooring.client.app import App
    from mooring.client.domain.accounts.oauth import DeviceCodes
    from mooring.client.domain.status import Status
    from mooring.command_line.console import Console
    from mooring.command_line.parser import Commands

_SIGNED_IN = mark("Signed in as {account}")


def add_commands(commands: Commands, parents: tuple[argparse.ArgumentParser, ...]) -> None:
    """Add the commands to the program."""
    sign_in_parser = add_command(
        commands, "sign-in", sign_in, parents=parents,
        says=mark("sign in to your account, in the browser or with a code on another device"),
        examples=mark("  mooring sign-in\n  mooring sign-in --create         with a new account\n"
        "  mooring sign-in --no-browser     shows a code to type or scan elsewhere"),
    )  # fmt: skip
    sign_in_parser.add_argument(
        "--no-browser", action="store_true", help=mark("show a code instead of a browser")
    )
    sign_in_parser.add_argument("--create", action="store_true", help=mark("create the account first"))
    add_command(
        commands, "sign-out", sign_out, parents=parents,
        says=mark("forget who is signed in on this computer"),
        examples="  mooring sign-out",
    )  # fmt: skip
    add_command(
        commands, "account", account, parents=parents, says=mark("who is signed in, as the service knows it"),
        examples="  mooring account",
    )  # fmt: skip
    link_parser = add_command(
        commands, "link", link, parents=parents,
        says=mark("make the signed-in account the holder of this license"),
        examples=mark(
            "  mooring link\n  mooring link -          confirms it with the key, from standard input"
        ),
    )  # fmt: skip
    link_parser.add_argument(
        "key", nargs="?", metavar="KEY", help=mark("the product key, which confirms the link; - reads it")
    )
    add_command(
        commands, "unlink", unlink, parents=parents, says=mark("undo the link; the program stays activated"),
        examples="  mooring unlink",
    )  # fmt: skip
    claim_parser = add_command(
        commands, "claim", claim, parents=parents,
        says=mark("take the license of a product key into your account"),
        examples="  mooring claim BCDFG-HJKMN-PQRTV-WXY23-46789",
    )  # fmt: skip
    claim_parser.add_argument(
        "key", metavar="KEY", help=mark("the product key; - reads it from standard input")
    )
    add_command(
        commands, "licenses", licenses, parents=parents, says=mark("the licenses of your account"),
        examples="  mooring licenses",
    )  # fmt: skip


def sign_in(arguments: argparse.Namespace) -> int:
    """Sign in; on a terminal then offer to link the license, and never unasked."""
    app, console = setting(arguments)
    now = _signed_in(console, app, by_code=arguments.no_browser, create=arguments.create)
    if now.signed_in is not None:
        console.judge("good", _SIGNED_IN, account=account_name(now.signed_in))
    if not now.activated:
        console.say(
            "Bring your license to this computer with: {command}", indent=2, command="mooring reactivate"
        )
    if console.is_interactive and can_be_linked(now) and _wants_to_link(console, now.language):
        with console.working("Linking the license"):
            now = app.link()
        tell_status(console, app, now)
    console.answer(now.to_document())
    return exit_codes.DONE


def sign_out(arguments: argparse.Namespace) -> int:
    """Sign out, here in any case."""
    app, console = setting(arguments)
    was_signed_in = app.status().signed_in is not None
    with console.working("Telling the activation service"):
        told = app.sign_out()
    if was_signed_in:
        console.say("Signed out on this computer. What is activated stays activated.")
    else:
        console.say("Nobody was signed in on this computer, so nothing has changed.")
    if not told:
        console.warn("The activation service could not be told: look over the devices on your account page.")
    console.answer({"signed_out": was_signed_in, "service_told": told and was_signed_in})
    return exit_codes.DONE


def account(arguments: argparse.Namespace) -> int:
    """Tell who is signed in."""
    app, console = setting(arguments)
    with console.working("Asking the activation service"):
        mine = app.account()
    console.say(_SIGNED_IN, account=account_name(mine))
    console.answer(mine._asdict())
    return exit_codes.DONE


def link(arguments: argparse.Namespace) -> int:
    """Link the license; with its key the link is final."""
    app, console = setting(arguments)
    key = console.read_line() if arguments.key == "-" else arguments.key

    def work(typed: str | None) -> Status:
        with console.working("Linking the license"):
            return app.link(typed)

    tell_status(console, app, with_corrected_key(console, key, work, mark("Link with the corrected key?")))
    return exit_codes.DONE


def unlink(arguments: argparse.Namespace) -> int:
    """Undo the link."""
    app, console = setting(arguments)
    with console.working("Asking the activation service"):
        now = app.unlink()
    tell_status(console, app, now)
    return exit_codes.DONE


def claim(arguments: argparse.Namespace) -> int:
    """Take a license into the account."""
    app, console = setting(arguments)
    key = console.read_line() if arguments.key == "-" else arguments.key
    with console.working("Asking the activation service"):
        mine = with_corrected_key(console, key, app.claim, mark("Claim with the corrected key?"))
    console.say("Yours: {license}", license=license_name(mine.license, app.descriptor, app.language))
    console.say("The key is not needed any more. On the computer that is to use it:", indent=2)
    console.say(f"mooring activate --license {mine.license.id}", indent=4, hanging=4)
    console.answer(mine.to_document())
    return exit_codes.DONE


def licenses(arguments: argparse.Namespace) -> int:
    """List the licenses of the account."""
    app, console = setting(arguments)
    with console.working("Asking the activation service"):
        found = app.licenses()
    for place, mine in enumerate(found):
        if place:
            console.say()
        console.say(console.styled(license_name(mine.license, app.descriptor, app.language), "bold"))
        console.rows(((mark("Id"), mine.license.id), *license_facts(mine, app.language)))
    if not found:
        console.say(
            "Your account holds no license yet. `{link}` and `{claim}` bring one there.",
            link="mooring link",
            claim="mooring claim",
        )
    console.answer({"licenses": [mine.to_document() for mine in found]})
    return exit_codes.DONE


def draw_code(console: Console, text: str) -> None:
    """Draw a QR code: black on white whatever the terminal's colors are, or many a camera reads nothing."""
    if not console.for_people.isatty():
        return
    lines = qr_lines(text)
    if console.can_draw(lines):
        for line in lines:
            console.show(console.styled(line, "black_on_white"))


def _signed_in(console: Console, app: App, *, by_code: bool, create: bool) -> Status:
    if not by_code:
        try:
            return app.sign_in(create=create, on_address=lambda address: _tell_address(console, address))
        except Refused as refused:
            if refused.code != "browser_unavailable":
                raise
            console.say("There is no browser on this computer, so sign in on another device.")
            console.say()
    return app.sign_in(create=create, show_code=lambda codes: _tell_code(console, codes))


def _tell_address(console: Console, address: str) -> None:
    console.say("Your browser opens. Sign in there, and come back. If it does not open, go to:")
    console.say(address, indent=2)


def _tell_code(console: Console, codes: DeviceCodes) -> None:
    draw_code(console, codes.complete_address)
    console.say("On your phone or any other device, open")
    console.say(console.styled(codes.address, "bold"), indent=2)
    console.say("and type this code")
    console.say(console.styled(codes.user_code, "bold"), indent=2)
    if codes.complete_address != codes.address:
        console.say("or open this, with the code in it")
        console.say(codes.complete_address, indent=2)
    console.say()
    console.say("Good for {minutes} minutes. Waiting for you; Ctrl+C ends it.", minutes=codes.seconds // 60)


def _wants_to_link(console: Console, language: str) -> bool:
    offer = linking_offer(language=language)
    console.say(f"\n{console.styled(offer.title, 'bold')}")
    for gain in offer.gains:
        console.say(f"  {console.styled('✓', 'green')} {gain}")
    for text in (offer.necessary, offer.shared, offer.undone):
        console.say(text, indent=2)
    return console.confirms(offer.question)
