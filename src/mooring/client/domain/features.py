"""Features: what each edition gives with an activation and without, and what people call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mooring.core.descriptor import Descriptor, EditionTerms


class Features(NamedTuple):
    """Entitlements that work without activation, and all that an activation can bring."""

    free: tuple[str, ...]
    sold: tuple[str, ...]


def features_of(edition: str | None, descriptor: Descriptor) -> Features:
    """Return the features of ``edition``.

    Where the edition is not known yet, what any edition gives away is free: nobody is asked which they would
    have bought.
    """
    editions = _possible(edition, descriptor)
    free = dict.fromkeys(each for terms in editions for each in terms.unactivated_entitlements)
    sold = dict.fromkeys(each for terms in editions for each in terms.entitlements)
    return Features(tuple(free), tuple(sold))


def feature_name(entitlement: str, edition: str | None, descriptor: Descriptor) -> str:
    """Return what people call ``entitlement``, first of all in ``edition``."""
    for terms in [*_possible(edition, descriptor), *descriptor.editions.values()]:
        if entitlement in terms.entitlements:
            return terms.entitlements[entitlement]
    return entitlement


def only_edition(descriptor: Descriptor) -> str | None:
    """Return the edition that the product comes in, where it is only one."""
    return next(iter(descriptor.editions)) if len(descriptor.editions) == 1 else None


def _possible(edition: str | None, descriptor: Descriptor) -> list[EditionTerms]:
    known = None if edition is None else descriptor.editions.get(edition)
    return list(descriptor.editions.values()) if known is None else [known]
