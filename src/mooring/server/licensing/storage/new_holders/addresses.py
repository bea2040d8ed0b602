"""Addresses and links in the database: found by a keyed hash, readable with the server's secret only."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

from mooring.server.licensing.domain.new_holders.addressee import LONGEST_LINK, Addressee

if TYPE_CHECKING:
    from mooring.server.foundation.secrets import Secrets


class StoredAddresses:
    """Hashes and seals with the server's own secret."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._address_key = secrets.derive("addressees")
        self._link_key = secrets.derive("license-links")

    def hash(self, address: Addressee) -> bytes:
        """Return the 32 bytes by which what is meant for ``address`` is found."""
        return hmac.digest(self._address_key, address.key.encode(), "sha256")

    def hash_link(self, shown: str) -> bytes:
        """Return the 32 bytes by which a link is found; of what none carries, those of none."""
        text = shown if len(shown) <= LONGEST_LINK else ""
        return hmac.digest(self._link_key, text.encode("utf-8", "surrogatepass"), "sha256")

    def seal(self, address: Addressee, of: str, **others: str) -> bytes:
        """Return the address, and what else is to be hidden, so that it can be read for ``of`` only."""
        content = {"text": address.text, "key": address.key, "masked": address.masked, **others}
        return self._secrets.seal(json.dumps(content).encode(), f"addressee/{of}")

    def unseal(self, sealed: bytes, of: str) -> tuple[Addressee, dict[str, str]]:
        """Return what was sealed for ``of``.

        Raises:
            SealBroken: It was not, or not with these secrets.
        """
        content = json.loads(self._secrets.unseal(sealed, f"addressee/{of}"))
        return Addressee(content.pop("text"), content.pop("key"), content.pop("masked")), content
