"""Reading the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from mooring.server.foundation.database.statement import Lookup, Statement
from mooring.server.licensing.domain.activations.activation import Kind
from mooring.server.licensing.domain.channels import Channel
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.ports.ledger import KeyFacts
from mooring.server.licensing.storage.ledger import status_places
from mooring.server.licensing.storage.ledger.holdings import StoredHoldingsReader
from mooring.server.licensing.storage.ledger.rows import (
    ACTIVATION_COLUMNS,
    DEVICE_COLUMNS,
    INSTALLATION_COLUMNS,
    LICENSE_COLUMNS,
    activation_of,
    device_of,
    installation_of,
    license_under,
    line_of,
    offer_of,
    seat_of,
    select_lines,
    select_offers,
    select_seats,
)
from mooring.server.licensing.storage.tables import (
    activations,
    device_components,
    devices,
    editions,
    installations,
    licenses,
    moves,
    policies,
    products,
    publisher,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.core.identifiers import ActivationId, DeviceId, InstallationId, LicenseId, ProductId
    from mooring.server.foundation.database.port import Row, Session
    from mooring.server.licensing.domain.activations.activation import Activation, Installation, Line
    from mooring.server.licensing.domain.activations.device import Device
    from mooring.server.licensing.domain.license import License, Offer
    from mooring.server.licensing.ports.ledger import Seat, StatusListContent
    from mooring.server.licensing.ports.signing import Sealing
    from mooring.server.licensing.storage.ledger.offers import Offers

MOST_CANDIDATES = 32
"""Devices looked at to recognize one: more share a component only where a maker numbered all alike."""

MOST_LINES = 32
"""Installations of one key looked at: a program has one or two; who makes thousands must not slow others."""

_ISSUER = Statement(select(publisher.c.issuer))
_PRODUCT_ID = Statement(select(products.c.id).where(products.c.slug == bindparam("slug")))
_KEY_FACTS = Lookup(
    select(
        licenses.c.id,
        licenses.c.policy_id,
        licenses.c.standing,
        licenses.c.expires_at,
        licenses.c.last_five.label("opens"),
    ),
    by=licenses.c.key_hash,
)
_LICENSE_BY_KEY = Statement(
    select(*LICENSE_COLUMNS, licenses.c.policy_id).where(
        licenses.c.key_hash == bindparam("key_hash"), licenses.c.last_five.is_not(None)
    )
)
_trials = (
    select_offers()
    .where(policies.c.channel == Channel.TRIAL.value, products.c.slug == bindparam("product_slug"))
    .order_by(editions.c.created_at, editions.c.id, policies.c.created_at, policies.c.id)
    .limit(1)
)
_TRIAL = Statement(_trials)
_TRIAL_OF_EDITION = Statement(_trials.where(editions.c.slug == bindparam("edition_slug")))
_LINE = Statement(
    select_lines().where(
        installations.c.activation_id == bindparam("activation_id"), installations.c.jkt == bindparam("jkt")
    )
)
_latest_of_key = (
    select(installations.c.id)
    .where(installations.c.jkt == bindparam("jkt"))
    .order_by(installations.c.certificate_issued_at.desc(), installations.c.id.desc())
    .limit(MOST_LINES)
    .subquery()
)
_LINES_OF_KEY = Statement(
    select_lines()
    .join(_latest_of_key, installations.c.id == _latest_of_key.c.id)
    .order_by(installations.c.certificate_issued_at.desc(), installations.c.id.desc())
)
_LINE_OF_INSTALLATION = Statement(select_lines().where(installations.c.id == bindparam("id")))
_INSTALLATIONS = Statement(
    select(*INSTALLATION_COLUMNS)
    .where(installations.c.activation_id == bindparam("activation_id"), installations.c.removed_at.is_(None))
    .order_by(installations.c.id)
)
_sharing = (
    select(device_components.c.device_id, func.count().label("shared"))
    .where(device_components.c.component_hash.in_(bindparam("hashes", expanding=True)))
    .group_by(device_components.c.device_id)
    .order_by(func.count().desc(), device_components.c.device_id.desc())
    .limit(MOST_CANDIDATES)
    .subquery()
)
_DEVICES_SHARING = Statement(
    select(*DEVICE_COLUMNS)
    .select_from(devices.join(_sharing, devices.c.id == _sharing.c.device_id))
    .order_by(_sharing.c.shared.desc(), devices.c.id.desc())
)
_SEATS_ON = Statement(
    select_seats()
    .where(
        activations.c.device_id == bindparam("device_id"),
        activations.c.kind == Kind.SEAT.value,
        licenses.c.product_id == bindparam("product_id"),
    )
    .order_by(activations.c.created_at.desc(), activations.c.id.desc())
)
_SEAT_OF = Statement(
    select(*ACTIVATION_COLUMNS).where(
        activations.c.license_id == bindparam("license_id"),
        activations.c.device_id == bindparam("device_id"),
        activations.c.kind == Kind.SEAT.value,
    )
)
_MOVES_AFTER = Statement(
    select(moves.c.at)
    .where(moves.c.license_id == bindparam("license_id"), moves.c.at > bindparam("since"))
    .order_by(moves.c.number)
)
_LEASES_RUNNING = Statement(
    select(func.count().label("running")).where(
        activations.c.license_id == bindparam("license_id"),
        activations.c.kind == Kind.LEASE.value,
        activations.c.ends_at > bindparam("at"),
        activations.c.released_at.is_(None),
    )
)


class StoredLedgerReader(StoredHoldingsReader):
    """Reads the ledger."""

    def __init__(self, session: Session, sealing: Sealing, offers: Offers) -> None:
        super().__init__(session)
        self._sealing = sealing
        self._offers = offers

    async def issuer(self) -> str | None:
        """Return the publisher's permanent address, or none before it was founded."""
        row = await self._session.fetch_one(_ISSUER)
        return None if row is None else row.issuer

    async def product_id(self, product_slug: str) -> ProductId | None:
        """Return the id of the product with this slug."""
        row = await self._session.fetch_one(_PRODUCT_ID, slug=product_slug)
        return None if row is None else row.id

    async def key_facts(self, key_hash: bytes) -> KeyFacts | None:
        """Return what a validation needs of the license with this key, in one indexed read."""
        row = await self._session.look_up(_KEY_FACTS, key_hash)
        if row is None or row.opens is None:
            return None
        id_, policy_id, standing, expires_at = row[:4]
        offer = self._offers.known(policy_id) or await self._offers.of(policy_id, self._session)
        return KeyFacts(id_, offer, Standing(standing), expires_at)

    async def license_by_key(self, key_hash: bytes) -> License | None:
        """Return the license that the key with this keyed hash stands for."""
        row = await self._session.fetch_one(_LICENSE_BY_KEY, key_hash=key_hash)
        if row is None:
            return None
        *cells, policy_id = row
        return license_under(await self._offers.of(policy_id, self._session), tuple(cells))

    async def trial_offer(self, product_slug: str, edition_slug: str | None) -> Offer | None:
        """Return the edition's trial; without an edition, that of the earliest one that has a trial."""
        if edition_slug is None:
            row = await self._session.fetch_one(_TRIAL, product_slug=product_slug)
        else:
            row = await self._session.fetch_one(
                _TRIAL_OF_EDITION, product_slug=product_slug, edition_slug=edition_slug
            )
        return None if row is None else offer_of(row)

    async def line(self, activation_id: ActivationId, jkt: str) -> Line | None:
        """Return this key's installation on this activation, also one that was removed or released."""
        row = await self._session.fetch_one(_LINE, activation_id=activation_id, jkt=jkt)
        return None if row is None else await self._line_of(row)

    async def lines_of_key(self, jkt: str) -> Sequence[Line]:
        """Return the installations of this key, on any license, the latest first, at most 32."""
        return [await self._line_of(row) for row in await self._session.fetch(_LINES_OF_KEY, jkt=jkt)]

    async def line_of_installation(self, installation_id: InstallationId) -> Line | None:
        """Return the installation with this id and all it stands on."""
        row = await self._session.fetch_one(_LINE_OF_INSTALLATION, id=installation_id)
        return None if row is None else await self._line_of(row)

    async def installations(self, activation_id: ActivationId) -> Sequence[Installation]:
        """Return the activation's installations that count: those that were not removed."""
        rows = await self._session.fetch(_INSTALLATIONS, activation_id=activation_id)
        return [installation_of(row, self._sealing) for row in rows]

    async def devices_sharing(self, component_hashes: Sequence[bytes]) -> Sequence[Device]:
        """Return the devices that have one of these components: those with the most first, at most 32."""
        if not component_hashes:
            return []
        rows = await self._session.fetch(_DEVICES_SHARING, hashes=list(component_hashes))
        return [device_of(row) for row in rows]

    async def seats_on(self, device_id: DeviceId, product_id: ProductId) -> Sequence[Seat]:
        """Return the seats of this product's licenses that the device holds or held, the latest first."""
        rows = await self._session.fetch(_SEATS_ON, device_id=device_id, product_id=product_id)
        return [seat_of(row, await self._offers.of(row.policy_id, self._session)) for row in rows]

    async def seat_of(self, license_id: LicenseId, device_id: DeviceId) -> Activation | None:
        """Return the seat of this license that the device holds or held."""
        row = await self._session.fetch_one(_SEAT_OF, license_id=license_id, device_id=device_id)
        return None if row is None else activation_of(row)

    async def moves_after(self, license_id: LicenseId, since: datetime) -> Sequence[datetime]:
        """Return when the license moved after ``since``, earliest first."""
        return [row.at for row in await self._session.fetch(_MOVES_AFTER, license_id=license_id, since=since)]

    async def leases_running(self, license_id: LicenseId, *, at: datetime) -> int:
        """Return how many leases of the license run at ``at``."""
        row = await self._session.fetch_one(_LEASES_RUNNING, license_id=license_id, at=at)
        return 0 if row is None else row.running

    async def status_list_version(self, number: int) -> int | None:
        """Return the version of the status list, or none if there is no such list."""
        return await status_places.status_list_version(self._session, number)

    async def status_list(self, number: int) -> StatusListContent | None:
        """Return the status list with this number."""
        return await status_places.status_list(self._session, number)

    async def _line_of(self, row: Row) -> Line:
        return line_of(row, await self._offers.of(row.policy_id, self._session), self._sealing)
