"""Sentences: how the activation state is told to a person.

Each is a message of its own, never pieced together, so that every language can say it in its own order. None
has a full stop: it stands as a headline, with the reason or the account beside it.

>>> from datetime import UTC, datetime
>>> now = datetime(2026, 1, 2, tzinfo=UTC)
>>> state_sentence("Harbor Notes", "activated", "digital_license", at=now, linked=True, provider="github")
'Harbor Notes is activated with a digital license linked to your GitHub account'
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mooring.core.wording.catalogue import ENGLISH, LOCALES, mark, translator

if TYPE_CHECKING:
    from collections.abc import Sequence

PROVIDER_NAMES = {"microsoft": "Microsoft", "google": "Google", "github": "GitHub"}
"""How known identity providers are called."""

SYSTEM_NAMES = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}
"""How the operating systems are called that a device may run."""

CHANNEL_NAMES = {
    "retail": mark("retail"),
    "oem": mark("OEM"),
    "volume": mark("volume"),
    "subscription": mark("subscription"),
    "trial": mark("trial"),
}
"""How the channels are called through which a license was had, within a sentence."""

STANDING_NAMES = {"suspended": mark("Suspended"), "revoked": mark("Revoked")}
"""How it is called that a license no longer counts, or not for now."""

_LOCAL_ACCOUNT = "local"
_DAY = timedelta(days=1)

_ACTIVATED = mark("{product} is activated")
_NOT_ACTIVATED = mark("{product} is not activated")
_GRACE = mark("{product} is activated; it must reach the activation service before {date}")
_LINKED = mark("{product} is activated with a digital license linked to your account")
_LINKED_BY_PROVIDER = mark("{product} is activated with a digital license linked to your {provider} account")
_LASTING = {
    "product_key": mark("{product} is activated with a product key"),
    "digital_license": mark("{product} is activated with a digital license"),
    "organization": mark("{product} is activated using your organization's activation service"),
}
_ENDING = {
    "lease": mark("{product} is activated on a lease until {time}"),
    "subscription": mark("{product} subscription is active until {date}"),
}


def state_sentence(
    product: str,
    state: str,
    method: str | None = None,
    *,
    at: datetime,
    ends_at: datetime | None = None,
    linked: bool = False,
    provider: str | None = None,
    language: str = ENGLISH,
    locales: str = LOCALES,
) -> str:
    """Return the sentence for an activation state.

    Args:
        product: the product's name for people.
        state: ``activated``, ``grace`` or ``not_activated``; an unknown one reads ``not_activated``.
        method: how it is activated; an unknown one is left out.
        at: now, which tells the days that are left of a trial.
        ends_at: the end that the sentence names: of the trial, the lease or the subscription; in ``grace``,
            of the certificate.
        linked: whether an account holds the license.
        provider: the identity provider of that account; None or ``local`` for one with the publisher.
        language: what to say it in.
        locales: the folder of catalogues.
    """
    say = translator(language, locales)
    if state == "activated" and method == "trial" and ends_at is not None:
        days = -((at - ends_at) // _DAY)  # rounded up: the last hours are a day, too
        sentence = say.ngettext("{product} trial: {days} day left", "{product} trial: {days} days left", days)
        return sentence.format(product=product, days=days)
    sentence = say.gettext(_message(state, method, _account_provider(linked, provider), ends_at))
    return sentence.format(
        product=product,
        provider=provider_name(provider),
        date=day(ends_at) if ends_at else None,
        time=minute(ends_at) if ends_at else None,
    )


def provider_name(provider: str | None) -> str | None:
    """Return what an identity provider is called: another than those known by its own name, capitalized.

    >>> provider_name("github"), provider_name("harbor-id")
    ('GitHub', 'Harbor Id')
    """
    if provider is None or not provider.islower():
        return provider
    return PROVIDER_NAMES.get(provider) or provider.replace("-", " ").title()


def move_sentence(
    *,
    allowed: bool,
    left: int | None = None,
    next_at: datetime | None = None,
    language: str = ENGLISH,
    locales: str = LOCALES,
) -> str:
    """Return the sentence that says, before hardware is changed, whether the license can move along.

    Args:
        allowed: whether it can move now.
        left: how many moves are left; None where they are not limited.
        next_at: when it can move again.
        language: what to say it in.
        locales: the folder of catalogues.
    """
    say = translator(language, locales)
    if allowed and left is not None:
        return say.ngettext(
            "You can safely change your mainboard or computer; {moves} move is left",
            "You can safely change your mainboard or computer; {moves} moves are left",
            left,
        ).format(moves=left)
    if allowed:
        return say.gettext("You can safely change your mainboard or computer")
    if next_at is not None:
        return say.gettext("This license can move to other hardware again from {date}").format(
            date=day(next_at)
        )
    return say.gettext("This license belongs to this computer: it does not move to other hardware")


def locked_sentence(features: Sequence[str], *, language: str = ENGLISH, locales: str = LOCALES) -> str:
    """Return the sentence that names the features which activation would add; there is at least one."""
    return (
        translator(language, locales)
        .ngettext(
            "Activation adds this feature: {features}",
            "Activation adds these features: {features}",
            len(features),
        )
        .format(features=", ".join(features))
    )


def day(at: datetime) -> str:
    """Return the day of ``at``, in UTC, as every language can read it: ``2026-03-01``."""
    return at.astimezone(UTC).date().isoformat()


def minute(at: datetime) -> str:
    """Return the minute of ``at``, in UTC, as every language can read it: ``2026-03-01 14:05 UTC``."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _account_provider(linked: bool, provider: str | None) -> str | None:
    return (provider or _LOCAL_ACCOUNT) if linked else None


def _message(state: str, method: str | None, account: str | None, ends_at: datetime | None) -> str:
    if state == "grace":
        return _ACTIVATED if ends_at is None else _GRACE
    if state != "activated":
        return _NOT_ACTIVATED
    if method == "digital_license" and account is not None:
        return _LINKED if account == _LOCAL_ACCOUNT else _LINKED_BY_PROVIDER
    messages = _LASTING if ends_at is None or method in _LASTING else _ENDING
    return messages.get(method or "", _ACTIVATED)
