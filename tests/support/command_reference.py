"""The reference of the commands, made from the parser: `python -m tests.support.command_reference`."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from mooring.client.doors.cli import build_parser
from mooring.client.doors.cli.parser import ProgramParser, device_options, shared_options
from mooring.server.cli import add_commands

FILE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"

BEGINNING = """\
# Commands

One program, `mooring`. What is [on the device](#on-the-device) comes with `pip install mooring`;
what is [on the server](#on-the-server) needs `pip install 'mooring[server]'`.
This page is made from the program itself: `python -m tests.support.command_reference`.

## Exit codes

| code | says |
|---|---|
| 0 | done; for `status` and `allows`: yes |
| 1 | a fault in Mooring; for `doctor`: a problem; for `demo`: a step did not hold |
| 2 | the command was not written right, or a value or setting in it cannot be used |
| 3 | not activated, or not allowed |
| 4 | refused: somebody said no, and said why |
| 5 | the server, or on the server its database, cannot be reached or does not answer sensibly |
| 130 | interrupted with Ctrl+C |

With `--json` a refusal is one document on standard output
(`code`, `title`, `detail`, `next`, and the reason's own members); the sentences go to standard error.
"""

TABLE = "\n| option | is |\n|---|---|\n"

CODES = {
    "status": (0, 3),
    "allows": (0, 3),
    "check": (0, 4),
    "activate": (0, 4, 5),
    "trial": (0, 4, 5),
    "sign-in": (0, 4, 5),
    "sign-out": (0,),
    "account": (0, 4, 5),
    "link": (0, 3, 4, 5),
    "unlink": (0, 3, 4, 5),
    "claim": (0, 4, 5),
    "licenses": (0, 4, 5),
    "devices": (0, 4, 5),
    "devices free": (0, 4, 5),
    "devices rename": (0, 4, 5),
    "reactivate": (0, 4, 5),
    "renew": (0, 3, 4, 5),
    "deactivate": (0, 3, 4, 5),
    "hardware": (0,),
    "certificate inspect": (0, 3, 4),
    "support-code": (0,),
    "window": (0, 2),
    "check-connection": (0, 5),
    "privacy preview": (0,),
    "privacy show": (0, 4, 5),
    "privacy set": (0, 4, 5),
    "privacy off": (0, 4, 5),
    "windows status": (0, 3, 4, 5),
    "windows link": (0, 3, 4, 5),
    "windows explain": (0,),
    "demo": (0, 1),
    "serve": (0, 1, 4, 5),
    "doctor": (0, 1),
}
"""What each command may end with besides 1 for a fault, 2 for wrong usage, and 130."""

ON_THE_SERVER = (0, 4, 5)
"""The same for the server's commands that are not in `CODES`."""


def program() -> ProgramParser:
    """Return the parser of the whole program, as `mooring` itself builds it."""
    parser, commands, shared = build_parser()
    add_commands(commands, shared)
    return parser


def reference() -> str:
    """Return the page."""
    parser = program()
    shared, device = shared_options()._actions, device_options()._actions
    spared = {option for action in parser._actions for option in action.option_strings}
    places: dict[str, list[str]] = {"device": [], "server": []}
    for name, command in leaves(parser):
        place = "device" if name.split()[0] in parser.of_the_device else "server"
        places[place].append(_section(name, command, spared, CODES.get(name, ON_THE_SERVER)))
    return "".join(
        (
            BEGINNING,
            "\n## Options of every command\n\nThey stand before or after the command.\n",
            *(TABLE, *map(_row, shared)),
            "| `--help` | show the command's help, with examples |\n",
            "\n`mooring --version` prints the version.\n",
            "\n## On the device\n\nEach command also takes these, before or after it:\n",
            *(TABLE, *map(_row, device)),
            *places["device"],
            "\n## On the server\n\nWhich server it is, the [settings](../guide/operating.md#settings) say.\n",
            *places["server"],
        )
    )


def leaves(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield each command that does something: what is typed after `mooring`, and its parser."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not any(action.required for action in below):
        yield name, parser
    for action in below:
        for word, command in action.choices.items():
            yield from leaves(command, f"{name} {word}".strip())


def _section(name: str, command: argparse.ArgumentParser, spared: set[str], codes: tuple[int, ...]) -> str:
    actions = [
        action
        for action in command._actions
        if not spared.intersection(action.option_strings)
        and not isinstance(action, argparse._SubParsersAction)
    ]
    examples = (command.epilog or "").partition("examples:\n")
    lines = [f"\n### `mooring {name}`\n", f"\n{command.description}\n"]
    if actions:
        usage = " ".join(["mooring", name, *_usage(command, actions)])
        lines += [f"\n```text\n{usage}\n```\n", "\n| argument | is |\n|---|---|\n", *map(_row, actions)]
    if examples[0].strip():
        lines.append(f"\n{examples[0].strip()}\n")
    if examples[2].strip():
        typed = "".join(f"$ {_typed(line)}\n" for line in examples[2].strip().splitlines())
        lines.append(f"\n```console\n{typed}```\n")
    lines.append(f"\nExit codes: {', '.join(map(str, codes))}.\n")
    return "".join(lines)


def _typed(line: str) -> str:
    command, gap, remark = line.strip().partition("   ")
    return f"{command}{gap}# {remark.strip()}" if gap else command


def _usage(command: argparse.ArgumentParser, actions: list[argparse.Action]) -> Iterator[str]:
    exclusive = {
        id(action): group for group in command._mutually_exclusive_groups for action in group._group_actions
    }
    told: set[int] = set()
    for action in sorted(actions, key=lambda action: bool(action.option_strings)):
        group = exclusive.get(id(action))
        if group is None:
            word = _word(action)
            yield word if action.required else f"[{word}]"
        elif id(group) not in told:
            told.add(id(group))
            words = " | ".join(map(_word, group._group_actions))
            yield f"({words})" if group.required else f"[{words}]"


def _word(action: argparse.Action) -> str:
    value = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    if action.choices:
        value = "|".join(action.choices)
    if not action.option_strings:
        return str(value)
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"


def _row(action: argparse.Action) -> str:
    said = (action.help or "").replace("|", "\\|")
    return f"| `{_word(action).replace('|', chr(92) + '|')}` | {said} |\n"


if __name__ == "__main__":
    FILE.write_text(reference(), "utf-8")
    print(f"Wrote {FILE}")
