"""A certificate in plain words, in the language of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.wording.catalogue import mark, translator

if TYPE_CHECKING:
    from mooring.client.domain.reports.inspection import Inspection

LABELS = (
    mark("Publisher"),
    mark("Product"),
    mark("Edition"),
    mark("License"),
    mark("Activated with"),
    mark("Linked"),
    mark("Features"),
    mark("Device"),
    mark("Installation"),
    mark("Activation"),
    mark("Number in its sequence"),
    mark("Issued"),
    mark("Renewed from"),
    mark("Warns from"),
    mark("Ends"),
    mark("License ends"),
    mark("Hardware"),
    mark("Hardware tolerance"),
    mark("Status list"),
)
"""The labels of `Inspection.plain_words`, for translators; a test compares them."""

_VALUES = frozenset({mark("yes"), mark("no"), mark("none"), mark("never")})


def certificate_facts(inspection: Inspection, language: str) -> tuple[tuple[str, str], ...]:
    """Return what a certificate says as labels and values."""
    say = translator(language).gettext
    return tuple(
        (say(label), say(value) if value in _VALUES else value) for label, value in inspection.plain_words()
    )
