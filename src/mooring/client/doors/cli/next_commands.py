"""Which commands do a refusal's next step: what a person at a terminal types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.command_line.words import ENGLISH_WORDS, said
from mooring.core.identifiers import DEVICE, is_identifier
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mooring.core.wording.catalogue import Translator

COMMANDS: Mapping[str, Sequence[tuple[str, str]]] = {
    "activate": [("mooring activate", "")],
    "buy": [("mooring activate KEY", mark("when you have one"))],
    "check_key": [("mooring check KEY", mark("tells whether it is well typed"))],
    "choose_device": [("mooring devices", mark("lists yours"))],
    "choose_license": [("mooring licenses", mark("lists yours"))],
    "contact_publisher": [("mooring support-code", mark("what to send them"))],
    "free_a_device": [
        ("mooring sign-in", mark("if the license is linked to your account")),
        ("mooring reactivate", mark("if this is one of your devices")),
        ("mooring devices", mark("to see them and free one")),
    ],
    "go_online": [("mooring renew", mark("when you are online"))],
    "look_and_agree": [
        ("mooring windows report --preview", mark("shows it, and sends nothing")),
        ("mooring windows report", mark("asks you")),
    ],
    "make_writable": [("mooring activate", mark("afterwards"))],
    "renew_license": [("mooring renew", mark("when you have renewed it"))],
    "retry": [("mooring check-connection", mark("says what is in the way"))],
    "say_which_is_yours": [
        ("mooring activate KEY", mark("with the key")),
        ("mooring sign-in", mark("if the license is linked to your account")),
        ("mooring activate", mark("when you are signed in")),
    ],
    "set_clock": [("mooring check-connection", mark("compares it with the service's"))],
    "sign_in": [("mooring sign-in", "")],
    "sign_in_with_code": [("mooring sign-in --no-browser", "")],
    "troubleshoot": [
        ("mooring sign-in", mark("if the license is linked to your account")),
        ("mooring reactivate", mark("when you are signed in")),
        ("mooring activate KEY", mark("with the key")),
    ],
    "type_key": [("mooring link KEY", "")],
    "type_key_or_sign_in": [
        ("mooring activate KEY", mark("with the key")),
        ("mooring sign-in", mark("if the license is linked to your account")),
        ("mooring reactivate", mark("when you are signed in")),
    ],
    "update_program": [("mooring check-connection", mark("compares the clock with the service's"))],
    "use_lease_or_sign_in": [
        ("mooring sign-in", mark("if the license is linked to your account")),
        ("mooring reactivate", mark("when you are signed in")),
    ],
}
"""For each stable name of a step that a command does: what to type, and when or why."""

NOTHING_TO_TYPE = frozenset(
    {
        "ask_holder",
        "ask_organization",
        "check_code",
        "correct_request",
        "forget_a_pc",
        "run_as_administrator",
        "switch_edition",
        "undo_handover",
        "wait",
    }
)
"""The steps that no command does, or that the sentence itself spells out."""

_COLUMN = 24
"""Commands up to here have their remarks below each other; behind a longer one its remark follows at once."""

_MOST_DEVICES = 10


def next_commands(
    document: Mapping[str, object], words: Translator = ENGLISH_WORDS, *, asked: bool = True
) -> tuple[str, ...]:
    """Return a line for each command that does the next step of a refusal's ``document``.

    Args:
        document: the refusal.
        words: says what a command is for.
        asked: whether the activation service was asked; else it may still know this computer.
    """
    step = document.get("next")
    action = str(step.get("action")) if isinstance(step, dict) else ""
    commands = list(_freeing(document.get("devices"), words)) if action == "free_a_device" else []
    commands = commands or [(typed, said(words, remark, {})) for typed, remark in COMMANDS.get(action, ())]
    if document.get("code") == "no_digital_license" and not asked:
        commands.insert(0, ("mooring activate", words.gettext(mark("if this computer was activated before"))))
    width = max((len(command) for command, _ in commands if len(command) <= _COLUMN), default=0)
    return tuple(f"{command.ljust(width)}  {remark}".rstrip() for command, remark in commands)


def _freeing(devices: object, words: Translator) -> Iterator[tuple[str, str]]:
    """Yield a command for each device that a refusal lists: a holder is told whose seats are in the way."""
    listed = [
        each
        for each in (devices if isinstance(devices, list) else ())
        # It is going to be typed into a shell, so it must be nothing but an identifier.
        if isinstance(each, dict) and "name" in each and is_identifier(str(each.get("id")), DEVICE)
    ]
    for each in listed[:_MOST_DEVICES]:
        yield (
            f"mooring devices free {each['id']}",
            said(words, mark("frees {device}"), {"device": each["name"]}),
        )
    if len(listed) > _MOST_DEVICES:
        yield "mooring devices", words.gettext(mark("lists them all"))
    if listed:
        yield "mooring reactivate", words.gettext(mark("if one of them is this computer"))
