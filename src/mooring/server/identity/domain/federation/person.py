"""Who a provider says a person is, once that is believed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

LONGEST_HINT: Final = 254
LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person at a provider.

    Attributes:
        issuer: Who issued it.
        subject: Who they are there, for ever, together with the issuer.
        provider_sub: With Microsoft the token's own subject, kept beside.
        provider_session: The session there, if the provider tells it.
        proved_at: When they proved there who they are, if the provider tells it.
        hint: An address or name, to be shown: neither proven nor lasting.
        name: What they are called, to be shown to them.
    """

    issuer: str
    subject: str
    provider_sub: str | None = None
    provider_session: str | None = None
    proved_at: datetime | None = None
    hint: str | None = None
    name: str | None = None


def shown_text(told: object, longest: int = LONGEST_HINT) -> str | None:
    """Return a text that a provider gave so that it may be shown; none where there is nothing to show.

    Nothing invisible is left in it, nor anything that turns the direction of writing.
    """
    if not isinstance(told, str):
        return None
    composed = unicodedata.normalize("NFKC", told[: 4 * longest])
    kept = "".join(symbol for symbol in composed if symbol.isprintable())
    return kept.strip()[:longest] or None
