"""The Activation state of a product on this installation: is it active, how, and linked to whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from mooring.core.instants import format_instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.errors import Refused

State = Literal["activated", "grace", "not_activated"]


class Product(NamedTuple):
    """The product: its name in programs and its name for people."""

    slug: str
    name: str


class Account(NamedTuple):
    """An account, masked: enough for its owner to know it, too little for anyone else."""

    masked: str
    provider: str | None


class License(NamedTuple):
    """The license that is held; ``last_five`` are the last symbols of its key, a label and no identifier."""

    id: str
    channel: str
    last_five: str | None
    expires_at: datetime | None


class Device(NamedTuple):
    """This computer as the publisher knows it."""

    id: str
    name: str


class CanMove(NamedTuple):
    """Whether the license can move to other hardware: how often still, and from when (None: now)."""

    allowed: bool
    left: int | None
    next_at: datetime | None


class CertificateTimes(NamedTuple):
    """The certificate's place in its sequence, and when it is due."""

    sequence: int
    issued_at: datetime
    renew_at: datetime
    grace_at: datetime
    expires_at: datetime


class Status(NamedTuple):
    """The Activation state at one instant.

    Where the certificate that is held is genuine but no longer counts (ended, revoked, other hardware), the
    license and the rest still tell what it was.

    Attributes:
        at: the instant.
        product: the product.
        edition: the licensed edition's slug; of the only edition, where nothing is licensed.
        state: `activated`, `grace` or `not_activated`.
        method: how it is activated; None when it is not.
        linked: whether an account holds the license.
        holder: that account.
        signed_in: the account signed in on this computer.
        obstacle: why it is not activated.
        advice: codes of what the person had better know or do.
        entitlements: the features that may be used now.
        locked: the features that activation would add.
        language: the language of `sentence`.
    """

    at: datetime
    product: Product
    edition: str | None
    state: State
    method: str | None = None
    linked: bool = False
    holder: Account | None = None
    signed_in: Account | None = None
    obstacle: Refused | None = None
    advice: tuple[str, ...] = ()
    entitlements: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    license: License | None = None
    device: Device | None = None
    installation: str | None = None
    activation: str | None = None
    can_move: CanMove | None = None
    certificate: CertificateTimes | None = None
    language: str = "en"

    @property
    def activated(self) -> bool:
        """Whether the product is activated; in its grace period it still is."""
        return self.state != "not_activated"

    def allows(self, entitlement: str) -> bool:
        """Whether the feature ``entitlement`` may be used."""
        return entitlement in self.entitlements

    @property
    def sentence(self) -> str:
        """How the product is activated, as a sentence for the person, without a full stop."""
        from mooring.core.wording.sentences import state_sentence  # noqa: PLC0415 - a program may never say it

        return state_sentence(
            self.product.name,
            self.state,
            self.method,
            at=self.at,
            ends_at=self._ends_at,
            linked=self.linked,
            provider=self.holder.provider if self.holder else None,
            language=self.language,
        )

    @property
    def reason(self) -> Mapping[str, object] | None:
        """Why it is not activated (``code``, ``title``, ``detail``, ``next``); None when it is."""
        return None if self.obstacle is None else self.obstacle.to_document()

    def to_document(self) -> dict[str, object]:
        """Return the status as `status --json` prints it."""
        return {
            "product": self.product._asdict(),
            "edition": self.edition,
            "state": self.state,
            "method": self.method,
            "linked": self.linked,
            "holder": self.holder and self.holder._asdict(),
            "signed_in": self.signed_in and self.signed_in._asdict(),
            "sentence": self.sentence,
            "reason": self.reason,
            "advice": list(self.advice),
            "entitlements": list(self.entitlements),
            "locked": list(self.locked),
            "license": self.license and _document(self.license._asdict()),
            "device": self.device and self.device._asdict(),
            "installation": self.installation and {"id": self.installation},
            "activation": self.activation and {"id": self.activation},
            "can_move": self.can_move and _document(self.can_move._asdict()),
            "certificate": self.certificate and _document(self.certificate._asdict()),
        }

    @property
    def _ends_at(self) -> datetime | None:
        """The end that the sentence names: the certificate's in grace and on a lease, else the license's."""
        if self.certificate is not None and (self.state == "grace" or self.method == "lease"):
            return self.certificate.expires_at
        return self.license.expires_at if self.license else None


def _document(members: Mapping[str, object]) -> dict[str, object]:
    return {
        name: format_instant(value) if isinstance(value, datetime) else value
        for name, value in members.items()
    }
