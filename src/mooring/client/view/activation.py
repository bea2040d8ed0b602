"""The Activation page: what the state means for the person, in the order in which they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mooring.core.wording.advice import advice_sentence
from mooring.core.wording.catalogue import mark, translator
from mooring.core.wording.sentences import CHANNEL_NAMES, day, locked_sentence, minute, move_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.client.domain.errors import Refused
    from mooring.client.domain.status import Status
    from mooring.core.descriptor import Descriptor

Tone = Literal["good", "warning", "bad"]

_TONES: Mapping[str, Tone] = {"activated": "good", "grace": "warning"}
_LABELS = (
    mark("Edition"),
    mark("License"),
    mark("Ends"),
    mark("Linked to"),
    mark("This computer"),
    mark("Features"),
    mark("Works offline until"),
    mark("Can it move"),
)
_WITH_KEY = mark("{channel}, product key ending in {last_five}")


class NextStep(NamedTuple):
    """What the person can do now; ``url`` leads there, where there is an address."""

    action: str
    label: str
    url: str | None


class ActivationView(NamedTuple):
    """Everything on the Activation page.

    Attributes:
        sentence: the state, as the headline.
        tone: how to color it.
        why: why it is not activated.
        next_step: the way back.
        facts: labels and values, in order; a value that is not known is left out.
        adds: what activation would add, where something is locked.
        can_move: whether the license can move to other hardware, as a sentence.
        advice: sentences of what the person had better know before it is too late.
    """

    sentence: str
    tone: Tone
    why: str | None
    next_step: NextStep | None
    facts: tuple[tuple[str, str], ...]
    adds: str | None
    can_move: str | None
    advice: tuple[str, ...]


def activation_view(status: Status, descriptor: Descriptor) -> ActivationView:
    """Return the Activation page for ``status``."""
    names = _feature_names(descriptor)
    locked = [names.get(feature, feature) for feature in status.locked]
    advice = (advice_sentence(code, language=status.language) for code in status.advice)
    return ActivationView(
        sentence=status.sentence,
        tone=_TONES.get(status.state, "bad"),
        why=status.obstacle.detail if status.obstacle else None,
        next_step=_next_step(status.obstacle) if status.obstacle else None,
        facts=tuple(_facts(status, descriptor, names)),
        adds=locked_sentence(locked, language=status.language) if locked else None,
        can_move=_move_line(status),
        advice=tuple(sentence for sentence in advice if sentence),
    )


def _next_step(obstacle: Refused) -> NextStep:
    step = obstacle.next
    return NextStep(step["action"], step["label"], step.get("url"))


def _facts(status: Status, descriptor: Descriptor, names: Mapping[str, str]) -> list[tuple[str, str]]:
    if not status.activated:
        return []
    say = translator(status.language).gettext
    edition = descriptor.editions.get(status.edition or "")
    values = (
        edition.name if edition else status.edition,
        _license_line(status, say),
        day(status.license.expires_at) if status.license and status.license.expires_at else None,
        status.holder.masked if status.holder else None,
        status.device.name if status.device else None,
        ", ".join(names.get(feature, feature) for feature in status.entitlements),
        minute(status.certificate.expires_at) if status.certificate else None,
        _move_line(status),
    )
    return [(say(label), value) for label, value in zip(_LABELS, values, strict=True) if value]


def _license_line(status: Status, say: Callable[[str], str]) -> str | None:
    terms = status.license
    if terms is None:
        return None
    channel = say(CHANNEL_NAMES.get(terms.channel, terms.channel))
    return say(_WITH_KEY).format(channel=channel, last_five=terms.last_five) if terms.last_five else channel


def _move_line(status: Status) -> str | None:
    move = status.can_move
    if move is None:
        return None
    return move_sentence(allowed=move.allowed, left=move.left, next_at=move.next_at, language=status.language)


def _feature_names(descriptor: Descriptor) -> dict[str, str]:
    return {slug: name for terms in descriptor.editions.values() for slug, name in terms.entitlements.items()}
