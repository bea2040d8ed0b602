"""What happened lately to what an account holds, in a sentence each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from mooring.core.wording.catalogue import mark
from mooring.server.licensing.use_cases.holders.messages import MyDevice, MyEvent, MyLicense

MOST_SHOWN: Final = 8
READ_FOR_THEM: Final = 50
"""Events read to find as many as are shown: of some a person need not hear, such as their own visits here."""

SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "activation.created": mark("{license} was activated on {device}."),
        "activation.undone": mark("{license} was activated on {device} again."),
        "activation.released": mark("{device} gave up its seat of {license}."),
        "activation.released/deactivated": mark("{license} was deactivated on {device}."),
        "activation.released/replaced": mark("Another license took the place of {license} on {device}."),
        "activation.released/freed": mark("The seat of {license} that {device} held was freed."),
        "activation.released/moved": mark("{license} moved from {device} to another computer."),
        "license.linked": mark("{license} was linked to your account."),
        "license.link_confirmed": mark("The link of {license} was confirmed: you hold it for good."),
        "license.unlinked": mark("{license} was unlinked from your account."),
        "handover.offered": mark("You offered {license} to somebody."),
        "handover.received": mark("{license} was offered to you."),
        "handover.undone": mark("The offer of {license} was taken back."),
        "handover.declined": mark("The offer of {license} was declined."),
        "license.handed_over": mark("{license} was handed over to another account."),
        "license.received": mark("{license} was handed over to you."),
        "installation.possible_clone": mark(
            "Two copies of {license} seem to run, one of them on {device}. Sign in there, in the program, to "
            "say which is yours."
        ),
        "installation.rolled_back": mark(
            "An older copy of {license} came back on {device}, perhaps from a backup. If you restored "
            "nothing, look over your devices."
        ),
        "account.password_changed": mark("The password of your account was changed."),
        "account.password_removed": mark("The password of your account was removed."),
        "account.passkey_added": mark("A passkey was added to your account."),
        "account.passkey_removed": mark("A passkey was removed from your account."),
        "account.possible_passkey_copy": mark(
            "One of your passkeys may have been copied. If it is on one device only, remove it and add "
            "another."
        ),
        "account.second_factor_on": mark("Signing in to your account with the password asks for a code now."),
        "account.second_factor_off": mark(
            "Signing in to your account with the password asks for no code any more."
        ),
        "account.recovery_code_used": mark("A recovery code let somebody in to your account."),
        "consent.given/device_name": mark("You agreed to share the names of your computers."),
        "consent.withdrawn/device_name": mark("You do not share the names of your computers any more."),
        "device.signed_in": mark("A device signed in to your account."),
        "device.denied": mark("A device asked to sign in to your account, and was refused."),
    }
)
"""By kind, and by kind and reason where that says more."""

WARNINGS: Final = frozenset(
    {"installation.possible_clone", "installation.rolled_back", "account.possible_passkey_copy"}
)


class Happening(NamedTuple):
    """Something that happened ``at``; ``kind`` is that of the message it is shown as."""

    at: datetime
    sentence: str
    kind: str


def latest_happenings(
    events: Sequence[MyEvent],
    licenses: Sequence[MyLicense],
    devices: Sequence[MyDevice],
    say: Callable[[str], str],
) -> list[Happening]:
    """Return the latest of ``events`` that a person understands, by the names they know.

    ``say`` says a message in the language of the page.
    """
    names = dict(_names(licenses, devices))
    a_license, a_device = say(mark("a license")), say(mark("a device"))
    told: list[Happening] = []
    for event in events:
        sentence = SENTENCES.get(f"{event.kind}/{event.reason}") or SENTENCES.get(event.kind)
        if sentence is not None and len(told) < MOST_SHOWN:
            license_, device = names.get(event.license, a_license), names.get(event.device, a_device)
            said = say(sentence).format(license=license_, device=device)
            if said.startswith((a_license, a_device)):
                said = f"{said[0].upper()}{said[1:]}"
            kind = "warning" if event.kind in WARNINGS else "note"
            told.append(Happening(event.at, said, kind))
    return told


def _names(licenses: Sequence[MyLicense], devices: Sequence[MyDevice]) -> Iterator[tuple[str | None, str]]:
    for mine in devices:
        yield mine.device.id, mine.device.name
    for held in licenses:
        yield held.license.id, held.license.product_name
        for seat in held.devices:
            yield seat.device.id, seat.device.name
