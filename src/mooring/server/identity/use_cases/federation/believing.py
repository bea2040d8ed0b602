"""Believing an answer of a provider: it answers what this browser began, and tells who the person is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mooring.core.instants import from_seconds
from mooring.server.identity.domain.federation.attempt import Attempt
from mooring.server.identity.domain.federation.refusals import (
    AnswerNotOurs,
    ProviderDeclined,
    ProviderUnknown,
)
from mooring.server.identity.ports.providers import Answered
from mooring.server.identity.ports.sealed_texts import NotSealedByUs
from mooring.server.identity.use_cases.federation.messages import PURPOSE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.server.identity.domain.federation.person import Person
    from mooring.server.identity.ports.providers import Provider
    from mooring.server.identity.ports.sealed_texts import SealedTexts
    from mooring.server.identity.use_cases.federation.messages import Callback

LONGEST_CODE = 4096
"""Characters of a code that is worth showing to the provider that gave it."""
_MEMBERS = 9


async def believed(
    providers: Mapping[str, Provider], sealed: SealedTexts, callback: Callback, *, at: datetime
) -> tuple[Attempt, Person]:
    """Return what this browser began, and who the provider says the person is.

    Raises:
        ProviderUnknown: there is no such provider.
        AnswerNotOurs: this browser began nothing that this answers.
        ProviderDeclined: the provider, or the person there, said no.
        ProviderUnavailable: it cannot be reached now.
        TokenRefused: what it says is not to be believed.
    """
    provider = providers.get(callback.provider)
    if provider is None:
        raise ProviderUnknown
    attempt = read_attempt(sealed, callback)
    # First of all, and also before an error is believed: a stranger's address does nothing here.
    attempt.check_answered_by(callback.provider, callback.state, at=at)
    if callback.error is not None:
        raise ProviderDeclined(callback.error)
    if not callback.code or len(callback.code) > LONGEST_CODE:
        raise ProviderDeclined("no_code")
    person = await provider.person(Answered(callback.code, callback.issuer), attempt, at=at)
    return attempt, person


def read_attempt(sealed: SealedTexts, callback: Callback) -> Attempt:
    """Return what this browser began.

    Raises:
        AnswerNotOurs: it keeps nothing of ours.
    """
    if not callback.carried:
        raise AnswerNotOurs
    try:
        written = json.loads(sealed.unseal(callback.carried, PURPOSE))
    except NotSealedByUs:
        raise AnswerNotOurs from None
    if len(written) != _MEMBERS:  # begun before this server was brought up to date
        raise AnswerNotOurs
    provider, state, nonce, verifier, redirect_uri, onward, links, began, again = written
    return Attempt(
        provider=provider,
        state=state,
        nonce=nonce,
        verifier=verifier,
        redirect_uri=redirect_uri,
        onward=onward,
        links=links,
        began_at=from_seconds(began),
        again=again,
    )
