"""Details: the more exact sentence of a reason, where its members are known.

Members may come from an answer that nobody signed, so each is looked at before it is used: one of another
type than it should have is as good as absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.instants import parse_instant
from mooring.core.wording.catalogue import mark, mark_plural
from mooring.core.wording.sentences import day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.core.wording.catalogue import Translator

GROUP_NAMES: Mapping[str, str] = {
    "platform": mark("mainboard"),
    "storage": mark("system drive"),
    "network": mark("network adapter"),
    "processor": mark("processor"),
    "installation": mark("operating system"),
}
"""What people call the hardware groups, in English."""


def exact_detail(code: str, members: Mapping[str, object], say: Translator) -> str | None:
    """Return the most exact sentence that ``members`` allow, or None where they tell nothing more."""
    for variant in _VARIANTS:
        if variant.code == code:
            values = {name: _READERS[name](members.get(name), say) for name in variant.uses}
            if None not in values.values():
                return _said(variant, values, say)
    return None


class _Variant(NamedTuple):
    """A sentence for ``code`` that can be said when all the members that it uses are known.

    With a ``plural`` it is counted by the first of them.
    """

    code: str
    uses: tuple[str, ...]
    message: str
    plural: str | None = None


def _said(variant: _Variant, values: Mapping[str, object], say: Translator) -> str:
    number = values[variant.uses[0]]
    if variant.plural is not None and isinstance(number, int):
        return say.ngettext(variant.message, variant.plural, number).format(**values)
    return say.gettext(variant.message).format(**values)


# Of several for one code, the one that says most comes first.
_VARIANTS = (
    _Variant(
        "key_malformed",
        ("group", "position"),  # the suggested key is a secret: a sentence may be logged, so it stays out
        mark("Character {position} of group {group} looks wrong. Please compare it with your original."),
    ),
    _Variant(
        "key_malformed",
        ("group",),
        mark(
            "Something in group {group} of the key looks wrong. Please compare that group with your "
            "original and type the key again."
        ),
    ),
    _Variant(
        "key_wrong_product",
        ("product_name",),
        mark(
            "This key belongs to {product_name}. Please use it there, or type the key that came with this "
            "program."
        ),
    ),
    _Variant(
        "key_wrong_edition",
        ("edition",),
        mark(
            "This key is for the edition {edition}, which is not the one installed. Switch to {edition} "
            "to use it."
        ),
    ),
    _Variant(
        "license_expired",
        ("ended_at",),
        mark("The term of this license ended on {ended_at}. Renew it to go on where you left off."),
    ),
    _Variant(
        "storage_unwritable",
        ("folder",),
        mark(
            "This program may not write the folder {folder}, so its activation lasts only until the "
            "program ends. Make the folder writable, then activate again."
        ),
    ),
    _Variant(
        "seat_limit_reached",
        ("leases",),
        *mark_plural(
            "This license has room for {leases} container or build at once, and it is taken. Try again when "
            "that has ended, or activate on the computer itself.",
            "This license has room for {leases} containers or builds at once, and none is free. Activate on "
            "the computer itself, or ask the publisher for leases.",
        ),
    ),
    _Variant(
        "seat_limit_reached",
        ("seats", "devices"),
        *mark_plural(
            "{devices} uses the one seat of this license. Free that seat to go on here.",
            "All {seats} seats of this license are taken by {devices}. Free one to go on here.",
        ),
    ),
    _Variant(
        "seat_limit_reached",
        ("seats",),
        *mark_plural(
            "Another device uses the one seat of this license. Sign in to see it and free the seat.",
            "Other devices use all {seats} seats of this license. Sign in to see them and free one.",
        ),
    ),
    _Variant(
        "move_limit_reached",
        ("next_at",),
        mark(
            "This license has used up its moves for now. It can move again from {next_at}; if you need it "
            "sooner, ask the publisher to approve one more."
        ),
    ),
    _Variant(
        "move_pending",
        ("asked_at",),
        mark(
            "The publisher was asked on {asked_at} to approve this move. Please try again when they have "
            "answered."
        ),
    ),
    _Variant(
        "hardware_changed",
        ("differs",),
        mark(
            "This computer no longer matches its activation. What differs: {differs}. If you changed "
            "hardware recently, the troubleshooter brings your license back."
        ),
    ),
    _Variant(
        "certificate_expired",
        ("ended_at",),
        mark(
            "The time without a connection to the activation service was over on {ended_at}. Go online "
            "for a moment, or activate offline."
        ),
    ),
    _Variant(
        "not_license_holder",
        ("holder",),
        mark("This license belongs to the account {holder}. Ask its holder, or the publisher."),
    ),
    _Variant(
        "already_linked",
        ("holder",),
        mark("This license is already linked to the account {holder}. Ask its holder, or the publisher."),
    ),
    _Variant(
        "holder_provisional",
        ("until",),
        mark(
            "You linked this license without its key, so it cannot be moved and its devices cannot be freed "
            "before {until}. Link it again with the key to confirm that at once."
        ),
    ),
    _Variant(
        "offline_code_invalid",
        ("group",),
        mark(
            "Group {group} of the confirmation code looks wrong. Please compare it with the original and "
            "type it again."
        ),
    ),
    _Variant(
        "invalid_request",
        ("member",),
        mark("The member {member} of the request is missing or not as it must be."),
    ),
    _Variant("not_found", ("device",), mark("{device} is not a device of your account.")),
    _Variant("not_found", ("license",), mark("{license} is not a license of your account for this program.")),
    _Variant(
        "rate_limited",
        ("retry_after",),
        *mark_plural(
            "There were too many tries in a short time. Please try again in {retry_after} second.",
            "There were too many tries in a short time. Please try again in {retry_after} seconds.",
        ),
    ),
)


def _number(value: object, _say: Translator) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object, _say: Translator) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(value: object, _say: Translator) -> str | None:
    try:
        return day(parse_instant(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _names(value: object, _say: Translator) -> str | None:
    """Return the names of the devices that are listed; a list that is not one tells nothing."""
    if not isinstance(value, (list, tuple)):
        return None
    names = [each.get("name") if isinstance(each, dict) else None for each in value]
    return ", ".join(map(str, names)) if names and all(isinstance(each, str) for each in names) else None


def _groups(value: object, say: Translator) -> str | None:
    if not isinstance(value, (list, tuple)):
        return None
    # Looked for in the list, not in the table: a stranger's list may hold what cannot be a key of a table.
    return ", ".join(say.gettext(name) for group, name in GROUP_NAMES.items() if group in value) or None


_READERS: Mapping[str, Callable[[object, Translator], str | int | None]] = {
    "asked_at": _day,
    "device": _text,
    "devices": _names,
    "differs": _groups,
    "edition": _text,
    "ended_at": _day,
    "folder": _text,
    "group": _number,
    "holder": _text,
    "leases": _number,
    "license": _text,
    "member": _text,
    "next_at": _day,
    "position": _number,
    "product_name": _text,
    "retry_after": _number,
    "seats": _number,
    "until": _day,
}
"""How each member becomes a word of a sentence."""
