"""The commands about Windows itself: how it is activated, how to link it, and what its codes mean."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mooring.client.domain.errors import Refused
from mooring.client.doors.cli.activation import setting
from mooring.command_line import exit_codes
from mooring.command_line.console import Console, next_step_line
from mooring.command_line.parser import add_command
from mooring.core.wording.catalogue import choose_language, mark

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from mooring.command_line.parser import Commands
    from mooring.windows.domain.activation import WindowsActivation
    from mooring.windows.wording.places import Step

MARKS = {"good": ("✓", "green"), "warning": ("!", "yellow"), "bad": ("✗", "red")}
EXIT_CODES = {
    "activated": exit_codes.DONE,
    "grace": exit_codes.DONE,
    "not_activated": exit_codes.NOT_ACTIVATED,
    "unknown": exit_codes.UNREACHABLE,
}
"""As `mooring status` ends; where Windows does not tell, it is as with a server that does not answer."""

SAYS = mark("how Windows itself is activated; reads only, and changes nothing")
EXAMPLES = (
    "  mooring windows status\n  mooring windows link\n  mooring windows report --preview\n"
    "  mooring windows explain 0xC004F074"
)


def add_commands(commands: Commands, parents: tuple[argparse.ArgumentParser, ...]) -> None:
    """Add the commands to the program."""
    windows = add_command(commands, "windows", status, parents=parents, says=SAYS, examples=EXAMPLES)
    actions = windows.add_subparsers(dest="action", metavar="ACTION", required=True)
    add_command(
        actions, "status", status, parents=parents,
        says=mark("is Windows active, how, and where to see whether it is linked"),
        examples="  mooring windows status\n  mooring windows status --json | jq .sentence",
    )  # fmt: skip
    link_parser = add_command(
        actions, "link", link, parents=parents,
        says=mark("open the pages of Settings that link Windows to a Microsoft account, one after the other"),
        examples=mark("  mooring windows link\n"
        "  mooring windows link --no-open     only says which pages, and what to do there"),
    )  # fmt: skip
    link_parser.add_argument(
        "--no-open", action="store_true", help=mark("open nothing; only say what to do where")
    )
    report_parser = add_command(
        actions, "report", report, parents=parents,
        says=mark("show on your account page how Windows is activated on this PC, if you agree"),
        examples=mark("  mooring windows report --preview     shows what would be sent, and sends nothing\n"
        "  mooring windows report               asks you, then sends it\n"
        "  mooring windows report --stop        has it deleted, and withdraws your consent"),
    )  # fmt: skip
    how = report_parser.add_mutually_exclusive_group()
    how.add_argument("--preview", action="store_true", help=mark("only show what would be sent"))
    how.add_argument(
        "--agree", action="store_true", help=mark("you agree to what --preview shows; asks nothing")
    )
    how.add_argument(
        "--stop", action="store_true", help=mark("withdraw your consent; what was sent is deleted")
    )
    explain_parser = add_command(
        actions, "explain", explain, parents=parents,
        says=mark("what a code of Windows' activation means, and what helps; on any computer"),
        examples="  mooring windows explain 0xC004F074\n  mooring windows explain c004c003 --json",
    )  # fmt: skip
    explain_parser.add_argument("code", metavar="CODE", help=mark("the code, such as 0xC004F074"))


def status(arguments: argparse.Namespace) -> int:
    """Tell how Windows is activated."""
    from mooring.windows.domain.unreadable import WindowsUnreadable  # noqa: PLC0415 - no other command asks
    from mooring.windows.wording.document import windows_document  # noqa: PLC0415 - the same
    from mooring.windows.wording.page import windows_page  # noqa: PLC0415 - the same

    console, language, at = Console.of(arguments), _language(arguments), datetime.now(UTC)
    try:
        windows = _read(console, at)
    except WindowsUnreadable as error:
        return _unreadable(console, error, language)
    page = windows_page(windows, at=at, language=language)
    sign, color = MARKS[page.tone]
    console.say(f"{console.styled(sign, color, 'bold')} {console.styled(page.sentence, 'bold')}")
    if page.problem is not None:
        step = page.problem["next"]
        code = f" ({page.problem['code']})" if windows.problem is not None else ""
        # Each is a line of its own: not every language ends a sentence with a full stop.
        console.say(f"  {page.problem['title']}{code}")
        console.say(f"  {page.problem['detail']}")
        console.say(console.styled(next_step_line(step), "cyan"))  # type: ignore[arg-type]
    console.say()
    for question, answer in page.answers:
        console.say(f"  {console.styled(question, 'dim')}\n    {answer}")
    console.say()
    console.rows(page.facts)
    for remark in page.advice:
        console.say(f"\n  {console.styled(remark, 'yellow')}")
    console.answer(windows_document(windows, page))
    return EXIT_CODES[windows.state]


def link(arguments: argparse.Namespace) -> int:
    """Lead through the pages of Settings that link Windows to a Microsoft account."""
    from mooring.windows.domain.linking import why_not_linked  # noqa: PLC0415 - no other command asks
    from mooring.windows.domain.unreadable import WindowsUnreadable  # noqa: PLC0415 - the same
    from mooring.windows.wording.places import linking_steps  # noqa: PLC0415 - the same

    console, language = Console.of(arguments), _language(arguments)
    try:
        windows = _read(console, datetime.now(UTC))
    except WindowsUnreadable as error:
        return _unreadable(console, error, language)
    why = why_not_linked(windows) or _what_is_missing(console)
    if why is not None:
        return _refuse(console, why, language)
    steps = linking_steps(windows, language=language)
    return _lead(console, windows, steps, language, opens=not arguments.no_open and console.is_interactive)


def report(arguments: argparse.Namespace) -> int:
    """Tell the account how Windows is activated here, if the person agrees.

    Raises:
        Refused: nobody sits here to agree, and ``--agree`` was not given; or the service says no.
    """
    from mooring.windows.domain.report import AGREEMENT, PURPOSE, report_of  # noqa: PLC0415 - no other command asks
    from mooring.windows.domain.unreadable import WindowsUnreadable  # noqa: PLC0415 - the same

    if arguments.stop:
        return _stop(arguments)
    console = Console.of(arguments)
    try:
        told = report_of(_read(console, datetime.now(UTC)))
    except WindowsUnreadable as error:
        return _unreadable(console, error, _language(arguments))
    app, console = setting(arguments)
    preview = app.preview_windows_report(told)
    if arguments.preview:
        _tell_preview(console, preview)
        console.answer({"sent": False, "would_send": preview})
        return exit_codes.DONE
    with console.working(mark("Asking the activation service")):
        stands = app.windows_consent()
    if not stands:
        _tell_preview(console, preview)
        if not arguments.agree and not console.is_interactive:
            raise Refused("consent_required", {"purpose": PURPOSE, "version": AGREEMENT})
        if not arguments.agree and not console.confirms(mark("Send this?")):
            console.say("Nothing was sent.")
            return exit_codes.DONE
    with console.working(mark("Asking the activation service")):
        app.report_windows(told, agreed=not stands)
    console.judge("good", mark("Your account page shows how Windows is activated on this PC."))
    console.say("To have it deleted: {command}", indent=2, command="mooring windows report --stop")
    console.answer({"sent": True, "report": told.to_document()})
    return exit_codes.DONE


def explain(arguments: argparse.Namespace) -> int:
    """Tell what a code means."""
    from mooring.windows.domain.records import typed_code  # noqa: PLC0415 - no other command asks
    from mooring.windows.wording.codes import MEANINGS, code_document  # noqa: PLC0415 - the same

    console, language = Console.of(arguments), _language(arguments)
    code = typed_code(arguments.code)
    if code is None:
        return _refuse(console, "code_malformed", language, exit_codes.WRONG_USAGE)
    document = code_document(code, language=language)
    console.say(console.styled(f"{document['code']}: {document['title']}", "bold"))
    console.say(f"  {document['detail']}")
    console.answer(document | {"known": code in MEANINGS})
    return exit_codes.DONE


def _stop(arguments: argparse.Namespace) -> int:
    """Withdraw the consent; that needs no Windows, which may be gone from this computer."""
    app, console = setting(arguments)
    with console.working(mark("Asking the activation service")):
        stopped = app.stop_windows_reports()
    if stopped:
        console.say("What this PC told of its Windows is deleted, and your consent withdrawn.")
    else:
        console.say("Your account shows nothing of Windows on this PC, so nothing has changed.")
    console.answer({"stopped": stopped})
    return exit_codes.DONE


def _tell_preview(console: Console, preview: Mapping[str, Any]) -> None:
    """Show what would be sent, member by member as it is sent, so that nothing is hidden in words."""
    console.say("This would be sent, and nothing else, each time that you run the command:")
    console.say(f"{preview['method']} {preview['path']}", indent=2)
    for name, value in preview["body"].items():
        console.say(f"{name}: {json.dumps(value)}", indent=4)
    console.say("Your account page shows it, to you and to the publisher who runs it, until you stop it.")


def _read(console: Console, at: datetime) -> WindowsActivation:
    from mooring.windows.adapters.powershell import ask_windows  # noqa: PLC0415 - no other command asks
    from mooring.windows.domain.activation import judge  # noqa: PLC0415 - the same
    from mooring.windows.domain.records import read_records  # noqa: PLC0415 - the same

    with console.working(mark("Asking Windows")):
        return judge(read_records(ask_windows()), at=at)


def _what_is_missing(console: Console) -> str | None:
    """Return why linking would fail now, apart from the license."""
    from mooring.windows.adapters import surroundings  # noqa: PLC0415 - only linking asks

    if surroundings.is_administrator() is False:
        return "windows_not_administrator"
    with console.working(mark("Trying the internet")):
        online = surroundings.is_online()
    return None if online else "windows_offline"


def _lead(
    console: Console, windows: WindowsActivation, steps: tuple[Step, ...], language: str, *, opens: bool
) -> int:
    from mooring.core.wording.catalogue import translator  # noqa: PLC0415 - only linking says it
    from mooring.windows.adapters.surroundings import open_settings  # noqa: PLC0415 - the same
    from mooring.windows.wording import LOCALES  # noqa: PLC0415 - the same
    from mooring.windows.wording.page import LINKED_SENTENCE, name_of  # noqa: PLC0415 - the same
    from mooring.windows.wording.places import IN_THE_END, PRESS_ENTER  # noqa: PLC0415 - the same

    say = translator(language, LOCALES).gettext
    opened = []
    for number, step in enumerate(steps, start=1):
        console.say(f"{console.styled(f'{number}. {step.page}', 'bold')}  {step.address}")
        console.say(f"   {step.says}")
        if opens and open_settings(step.address):
            opened.append(step.address)
            console.ask(f"   {say(PRESS_ENTER)} ")
    sentence = say(LINKED_SENTENCE)
    console.say(f"\n{say(IN_THE_END)}\n  {console.styled(sentence, 'bold')}")
    console.answer(
        {
            "windows": name_of(windows),
            "steps": [step._asdict() for step in steps],
            "opened": opened,
            "in_the_end": sentence,
        }
    )
    return exit_codes.DONE


def _unreadable(console: Console, error: Exception, language: str) -> int:
    why, fault = str(getattr(error, "why", "no_answer")), getattr(error, "fault", None)
    code = exit_codes.REFUSED if why == "not_windows" else exit_codes.UNREACHABLE
    return _refuse(console, why, language, code, fault)


def _refuse(
    console: Console, why: str, language: str, exit_code: int | None = None, fault: int | None = None
) -> int:
    from mooring.windows.wording.refusals import refusal_document  # noqa: PLC0415 - no other command refuses so

    console.refuse_with(refusal_document(why, fault=fault, language=language))
    if exit_code is not None:
        return exit_code
    return {
        "windows_not_activated": exit_codes.NOT_ACTIVATED,
        "windows_offline": exit_codes.UNREACHABLE,
    }.get(why, exit_codes.REFUSED)


def _language(arguments: argparse.Namespace) -> str:
    return choose_language(getattr(arguments, "language", None), os.environ)
