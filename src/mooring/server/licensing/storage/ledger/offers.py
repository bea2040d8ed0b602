"""What is sold, kept in memory: a server knows few policies, and needs one with every license it reads."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import bindparam

from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.storage.ledger.rows import offer_of, select_offers
from mooring.server.licensing.storage.tables import policies

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.server.foundation.database.port import Session
    from mooring.server.licensing.domain.license import Offer

KEPT_FOR = 5.0
"""Seconds for which an offer is believed. The catalog is only ever added to, so it hardly matters."""

_OFFER = Statement(select_offers().where(policies.c.id == bindparam("policy_id")))


class Offers:
    """The offers of one database by their policies; each is read again when it is a few seconds old."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._kept: dict[str, Offer] = {}
        self._read_at = seconds()

    async def of(self, policy_id: str, session: Session) -> Offer:
        """Return what a license under this policy is for, read with ``session`` if not known."""
        known = self.known(policy_id)
        if known is not None:
            return known
        [row] = await session.fetch(_OFFER, policy_id=policy_id)  # a license refers to it: it is there
        offer = self._kept[policy_id] = offer_of(row)
        return offer

    def known(self, policy_id: str) -> Offer | None:
        """Return the same, or none where it must be read."""
        now = self._seconds()
        if now - self._read_at >= KEPT_FOR:
            self._kept.clear()
            self._read_at = now
        return self._kept.get(policy_id)
