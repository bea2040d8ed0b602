"""The mail by which a buyer claims what was sold to their address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from mooring.server.licensing.domain.new_holders.addressee import new_link
from mooring.server.licensing.domain.new_holders.purchase import LINK_LASTS, ClaimLink
from mooring.server.record.outbox.mail import Mail

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.server.licensing.domain.new_holders.addressee import Addressee
    from mooring.server.licensing.ports.purchases import PurchaseWriter

CLAIM_LINK: Final = "/claim"
"""The page that the link in the mail leads to."""
MOST_NAMES: Final = 3
"""The most products that such a mail names."""


def distinct(names: Sequence[str]) -> str:
    """Return the first few of ``names``, each once, in one line."""
    return ", ".join(list(dict.fromkeys(names))[:MOST_NAMES])


async def mail_claim_link(
    writer: PurchaseWriter, to: Addressee, products: str, *, language: str, site: str, at: datetime
) -> None:
    """Send a link to ``to``, with which whoever reads that mailbox claims what waits there."""
    shown = new_link()
    link = ClaimLink(to=to, created_at=at, ends_at=at + LINK_LASTS)
    await writer.add_claim_link(link, shown=shown)
    values = {"product": products, "link": f"{site}{CLAIM_LINK}?token={quote(shown)}"}
    await writer.send(Mail("license_claim", to.text, language, values, link.ends_at), at=at)
