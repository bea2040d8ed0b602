"""Two ledgers for tests: a small one in memory, and the real one in a throwaway database."""

import asyncio
import random
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from itertools import cycle
from types import SimpleNamespace

from sqlalchemy import insert

from mooring.core.certificate.issue import IssuingKey, issue_certificate
from mooring.core.certificate.status_list import encode_status_list
from mooring.core.identifiers import new_ordered_identifier
from mooring.server.foundation.database.postgresql.database import PostgresqlDatabase
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.activations.activation import Kind, Line
from mooring.server.licensing.domain.activations.recognition import lookup_hashes
from mooring.server.licensing.ports.ledger import (
    NO_DETAIL,
    HeldSeat,
    KeyFacts,
    PastEvent,
    Seat,
    StatusListContent,
    StatusPlace,
)
from mooring.server.licensing.storage.keyed_hashes import ServerKeyedHashes
from mooring.server.licensing.storage.ledger import StoredLedger
from mooring.server.licensing.storage.ledger.rows import holder_cells
from mooring.server.licensing.storage.tables import editions, licenses, policies, products, publisher
from mooring.server.privacy.storage.consents import consent_to_names
from tests.support.certificates import a_statement, an_ed25519_key
from tests.support.databases import a_database
from tests.support.licenses import AT, DAY, HARDWARE_KEY, ISSUER
from tests.support.postgresql import a_postgresql
from tests.support.publishers import OpenSealing

HASHES = ServerKeyedHashes(pepper=b"pepper", hardware_key=HARDWARE_KEY)
LIST_SIZE = 64


@lru_cache
def a_lasting_key(use):
    """Return a key of the publisher that signs for ten years, so that tests can let time pass."""
    key = an_ed25519_key(use)
    statement = a_statement(
        use=use, public_jwk=key.public.jwk, sign_until=AT + 3650 * DAY, expires_at=AT + 4050 * DAY
    )
    return IssuingKey(key, statement)


class FakeSigner:
    """Signs at once; ``signed`` are the certificates so far."""

    def __init__(self):
        self.signed = []

    async def ready(self, *, at):
        def sign(certificate):
            self.signed.append(certificate)
            return issue_certificate(certificate, a_lasting_key("certificate"))

        return sign

    async def sign_status_list(self, statuses, *, uri, at):
        key = a_lasting_key("status_list")
        return encode_status_list(statuses, key, uri=uri, issued_at=at, expires_at=at + DAY, ttl=300)


class FakeLedger:
    """Implements the port in dictionaries: one transaction at a time, and an exception undoes it."""

    def __init__(self):
        self._state = SimpleNamespace(
            licenses={},
            keys={},
            offers=[],
            devices={},
            lookups={},
            activations={},
            installations={},
            moves=[],
            past=[],
            lists={},
            name_consents={},
            named={},
        )
        self.events = []
        self._lock = asyncio.Lock()

    async def offer(self, offer):
        self._state.offers.append(offer)

    async def sell(self, license_, key_hash=None):
        self._state.offers.append(license_.offer)
        self._state.licenses[license_.id] = license_
        if key_hash is not None:
            self._state.keys[key_hash] = license_.id

    async def set_standing(self, license_id, standing):
        self._state.licenses[license_id] = replace(self._state.licenses[license_id], standing=standing)

    @asynccontextmanager
    async def reading(self, *, stale=False):
        yield _Fake(self._state, self.events)

    @asynccontextmanager
    async def changing(self, *, computer=None):
        async with self._lock:
            draft = SimpleNamespace(**{name: value.copy() for name, value in vars(self._state).items()})
            events = []
            yield _Fake(draft, events)
            self._state = draft
            self.events += events

    async def together(self, act, *, computer, key_hash):
        async with self.changing(computer=computer) as writer:
            return await act(writer)

    async def exchange(self, activation_id, jkt, exchange):
        async with self.changing() as writer:
            line = await writer.line(activation_id, jkt)
            exchanged = None if line is None else exchange(line)
            if exchanged is None:
                return None
            await writer.save_installation(exchanged.installation)
            if exchanged.is_seen_again:
                seen = replace(line.device, last_seen_at=exchanged.installation.certificate_issued_at)
                await writer.save_device(seen, component_hashes=None)
            return exchanged.answer


class _Fake:
    def __init__(self, state, events):
        self._ = state
        self._events = events

    @property
    def names(self):
        return _FakeNames(self._)

    async def lock_licenses(self, *ids, key_hash=None, activation_id=None):
        return False  # one transaction at a time

    async def lock_license_by_key(self, key_hash):
        return await self.license_by_key(key_hash)

    async def lock_devices(self, *ids, activation_id=None):
        return ()

    async def issuer(self):
        return self._.offers[0].issuer if self._.offers else None

    async def product_id(self, product_slug):
        return next((each.product_id for each in self._.offers if each.product_slug == product_slug), None)

    async def key_facts(self, key_hash):
        found = await self.license_by_key(key_hash)
        return None if found is None else KeyFacts(found.id, found.offer, found.standing, found.expires_at)

    async def license_by_key(self, key_hash):
        return self._.licenses.get(self._.keys.get(key_hash))

    async def trial_offer(self, product_slug, edition_slug):
        trials = [each for each in self._.offers if each.policy.channel == "trial"]
        wanted = [each for each in trials if each.product_slug == product_slug]
        return next((each for each in wanted if edition_slug in {None, each.edition_slug}), None)

    async def line(self, activation_id, jkt):
        installations = self._.installations.values()
        wanted = (activation_id, jkt)
        found = next((each for each in installations if (each.activation_id, each.jkt) == wanted), None)
        return None if found is None else self._line(found)

    async def lines_of_key(self, jkt):
        found = [each for each in self._.installations.values() if each.jkt == jkt]
        found.sort(key=lambda each: (each.certificate_issued_at, each.id), reverse=True)
        return [self._line(each) for each in found[:32]]

    async def line_of_installation(self, installation_id):
        found = self._.installations.get(installation_id)
        return None if found is None else self._line(found)

    def _line(self, installation):
        activation = self._.activations[installation.activation_id]
        license_, device = self._.licenses[activation.license_id], self._.devices[activation.device_id]
        return Line(installation, activation, license_, device)

    async def installations(self, activation_id):
        found = [
            each
            for each in self._.installations.values()
            if each.activation_id == activation_id and each.removed_at is None
        ]
        return sorted(found, key=lambda each: each.id)

    async def devices_sharing(self, component_hashes):
        shared = {id_: len(known.intersection(component_hashes)) for id_, known in self._.lookups.items()}
        found = sorted((id_ for id_, count in shared.items() if count), reverse=True)
        return [self._.devices[each] for each in sorted(found, key=shared.get, reverse=True)[:32]]

    async def seats_on(self, device_id, product_id):
        found = [
            each
            for each in self._.activations.values()
            if each.device_id == device_id
            and each.kind == Kind.SEAT
            and self._.licenses[each.license_id].offer.product_id == product_id
        ]
        found.sort(key=lambda each: (each.created_at, each.id), reverse=True)
        return [Seat(self._.licenses[each.license_id], each) for each in found]

    async def seat_of(self, license_id, device_id):
        wanted = (license_id, device_id, Kind.SEAT)
        activations = self._.activations.values()
        return next(
            (each for each in activations if (each.license_id, each.device_id, each.kind) == wanted), None
        )

    async def license(self, license_id):
        return self._.licenses.get(license_id)

    async def seat(self, activation_id):
        found = self._.activations.get(activation_id)
        return None if found is None else self._held_seat(found)

    def _held_seat(self, activation):
        license_, device = self._.licenses[activation.license_id], self._.devices[activation.device_id]
        return HeldSeat(license_, activation, device)

    async def licenses_of(self, account_id, *, after=None, limit):
        found = [each for each in self._.licenses.values() if each.holder and each.id > (after or "")]
        mine = [each for each in found if each.holder.account.id == account_id]
        return sorted(mine, key=lambda each: each.id)[:limit]

    async def seats_of(self, license_id):
        found = [each for each in self._seats() if each.license_id == license_id and not each.released_at]
        found.sort(key=lambda each: (each.created_at, each.id))
        return [self._held_seat(each) for each in found[:200]]

    def _seats(self):
        return [each for each in self._.activations.values() if each.kind == Kind.SEAT]

    def _seats_seen_by(self, account_id, at):
        for each in self._seats():
            holder = self._.licenses[each.license_id].holder
            if holder and holder.account.id == account_id and holder.may_see(each.device_id, at=at):
                yield each

    async def seats_for(self, account_id, device_id, *, at):
        found = [each for each in self._seats_seen_by(account_id, at) if each.device_id == device_id]
        found.sort(key=lambda each: (each.created_at, each.id), reverse=True)
        return [self._held_seat(each) for each in found]

    async def devices_for(self, account_id, *, after=None, limit, at):
        held = [each for each in self._seats_seen_by(account_id, at) if not each.released_at]
        return sorted({each.device_id for each in held if each.device_id > (after or "")})[:limit]

    async def events_of(self, account_id, *, before=None, limit):
        found = [(each, by) for each, by in self._.past if by == account_id and each.id < (before or "~")]
        return [each for each, _ in sorted(found, reverse=True)][:limit]

    async def moves_after(self, license_id, since):
        return sorted(moved_at for id_, _, moved_at in self._.moves if id_ == license_id and moved_at > since)

    async def leases_running(self, license_id, *, at):
        leases = [
            each for each in self._.activations.values() if each.license_id == license_id and each.ends_at
        ]
        return sum(each.is_live(at=at) for each in leases)

    async def status_list_version(self, number):
        return self._.lists.get(number)

    async def status_list(self, number):
        if number not in self._.lists:
            return None
        statuses = bytearray(LIST_SIZE)
        for each in self._.installations.values():
            if each.status_list == number:
                statuses[each.status_index] = each.status
        return StatusListContent(self._.lists[number], bytes(statuses))

    async def add_license(self, license_):
        self._.licenses[license_.id] = license_

    async def save_license(self, license_):
        kept = self._.licenses[license_.id]
        names = ("expires_at", "first_activated_at", "held", "takings", "moved")
        self._.licenses[license_.id] = replace(kept, **{name: getattr(license_, name) for name in names})

    async def save_holder(self, license_):
        kept = self._.licenses[license_.id]
        self._.licenses[license_.id] = replace(kept, holder=license_.holder)

    async def record_move(self, license_, device_id, *, at):
        self._.moves.append((license_.id, device_id, at))

    async def add_device(self, device, *, component_hashes):
        self._.devices[device.id] = device
        self._.lookups[device.id] = frozenset(component_hashes)

    async def save_device(self, device, *, component_hashes):
        self._.devices[device.id] = device
        if component_hashes is not None:
            self._.lookups[device.id] = frozenset(component_hashes)

    async def add_activation(self, activation):
        self._.activations[activation.id] = activation

    save_activation = add_activation

    async def free_status_place(self, *, at):
        taken = {}
        for each in self._.installations.values():
            if each.removed_at is not None and each.certificate_ends_at <= at:
                continue
            taken.setdefault(each.status_list, set()).add(each.status_index)
        number = max(self._.lists, default=1)
        if len(taken.get(number, ())) == LIST_SIZE:
            number += 1
        self._.lists.setdefault(number, 1)
        place = StatusPlace(number, random.choice(sorted(set(range(LIST_SIZE)) - taken.get(number, set()))))
        for each in list(self._.installations.values()):
            if (each.status_list, each.status_index) == place:
                del self._.installations[each.id]
                self._.lists[number] += 1
        return place

    async def add_installation(self, installation):
        self._.installations[installation.id] = installation

    async def save_installation(self, installation):
        kept = self._.installations[installation.id]
        place = {name: getattr(kept, name) for name in ("status", "status_list", "status_index")}
        self._.installations[installation.id] = replace(installation, **place)

    async def set_installation_status(self, installation, status):
        self._set(status, lambda each: each.id == installation.id)

    async def set_activation_status(self, activation_id, status):
        self._set(status, lambda each: each.activation_id == activation_id and each.removed_at is None)

    async def set_license_status(self, license_id, status):
        def holds(each):
            activation = self._.activations[each.activation_id]
            return activation.license_id == license_id and not activation.released_at and not each.removed_at

        self._set(status, holds)

    def _set(self, status, concerned):
        for each in list(self._.installations.values()):
            if concerned(each):
                self._.installations[each.id] = replace(each, status=status)
                self._.lists[each.status_list] += 1

    async def forget_leases(self, *, ended_before, most):
        ended = [
            each for each in self._.activations.values() if each.ends_at and each.ends_at < ended_before
        ][:most]
        for lease in ended:
            del self._.activations[lease.id]
            del self._.devices[lease.device_id]
            for each in list(self._.installations.values()):
                if each.activation_id == lease.id:
                    del self._.installations[each.id]
                    self._.lists[each.status_list] += 1
        return len(ended)

    async def record(self, kind, *, subjects, at, detail=NO_DETAIL, by=None):
        self._events.append((kind, dict(subjects), dict(detail)))
        names = ("license", "device", "activation")
        ids = [subjects.get(name) for name in names]
        others = {name: id_ for name, id_ in subjects.items() if name not in {*names, "account"}}
        past = PastEvent(new_ordered_identifier("evt", at), at, kind, *ids, {**others, **detail})
        self._.past.append((past, subjects.get("account")))


class _FakeNames:
    """By whose consent devices are named, in dictionaries."""

    def __init__(self, state):
        self._ = state

    async def consent_of(self, account_id):
        return self._.name_consents.get(account_id)

    async def consent_behind(self, device_id):
        return self._.named.get(device_id)

    async def name_under(self, consent_id, device_id):
        self._.named[device_id] = consent_id

    async def name_by_hand(self, device_id):
        self._.named.pop(device_id, None)

    async def devices_under(self, consent_id):
        return [self._.devices[each] for each, by in sorted(self._.named.items()) if by == consent_id]

    async def take_back(self, device, name):
        await self.name_by_hand(device.id)
        self._.devices[device.id] = replace(device, name=name)


@asynccontextmanager
async def a_ledger(kind, folder, *, status_list_size=LIST_SIZE):
    """Give an empty ledger: in ``memory``, in a database of this kind, or shared by three ``workers``."""
    if kind == "memory":
        yield FakeLedger()
        return
    if kind == "workers":
        with a_postgresql() as url:
            databases = [PostgresqlDatabase(url) for _ in range(3)]
            ledgers = [FilledLedger(each, status_list_size=status_list_size) for each in databases]
            yield SharedLedger(ledgers)
            await asyncio.gather(*(each.close() for each in databases))
        return
    async with a_database(kind, folder) as database:
        yield FilledLedger(database, status_list_size=status_list_size)


class SharedLedger:
    """The ledger of several workers on one database: each thing that is done is done by the next of them."""

    def __init__(self, ledgers):
        self._first = ledgers[0]
        self._next = cycle(ledgers)

    def __getattr__(self, name):
        return getattr(self._first if name in {"sell", "offer", "set_standing"} else next(self._next), name)


class FilledLedger(StoredLedger):
    """The stored ledger in an empty database, and the shop that fills it."""

    def __init__(self, database, *, status_list_size=LIST_SIZE):
        self.database = database
        super().__init__(
            self.database, OpenSealing(), status_list_size=status_list_size, name_consent=consent_to_names
        )
        self._sold = set()

    async def offer(self, offer):
        policy = offer.policy
        await self._add(
            publisher, one=1, issuer=ISSUER, hardware_salt=b"", secret_fingerprint="", created_at=AT
        )
        await self._add(
            products,
            id=offer.product_id,
            slug=offer.product_slug,
            name=offer.product_name,
            product_code=len(self._sold),
            urls={},
            created_at=AT,
        )
        await self._add(
            editions,
            id=offer.edition_id,
            product_id=offer.product_id,
            slug=offer.edition_slug,
            name=offer.edition_slug,
            entitlements=dict.fromkeys(offer.entitlements, "a feature"),
            unactivated_entitlements=[],
            created_at=AT,
        )
        values = {name: getattr(policy, name) for name in policies.c.keys()}  # noqa: SIM118
        await self._add(policies, **values)

    async def sell(self, license_, key_hash=None):
        await self.offer(license_.offer)
        await self._add(
            licenses,
            id=license_.id,
            product_id=license_.offer.product_id,
            policy_id=license_.offer.policy.id,
            key_hash=key_hash,
            pepper_id="pepper",
            last_five=license_.last_five,
            standing=license_.standing.value,
            seats=license_.seats_sold,
            batch=None,
            **holder_cells(license_.holder),
            **{
                name: getattr(license_, name)
                for name in ("expires_at", "first_activated_at", "held", "takings", "moved", "created_at")
            },
        )

    async def set_standing(self, license_id, standing):
        change = licenses.update().where(licenses.c.id == license_id).values(standing=standing.value)
        async with self.database.transaction() as transaction:
            await transaction.execute(Statement(change))

    async def _add(self, table, **values):
        identity = (table.name, values.get("id"))
        if identity not in self._sold:
            self._sold.add(identity)
            async with self.database.transaction() as transaction:
                await transaction.execute(Statement(insert(table)), **values)


def key_of(license_):
    """Return a key hash by which tests find the license again."""
    return license_.id.encode().ljust(32)


async def keep(ledger, license_, device, activation, *installations, sold=False):
    """Write an activation and all it stands on into ``ledger``."""
    if not sold:
        await ledger.sell(license_, key_of(license_))
    async with ledger.changing() as writer:
        await writer.add_device(device, component_hashes=lookup_hashes(device.hardware))
        await writer.add_activation(activation)
        for each in installations:
            await writer.free_status_place(at=AT)
            await writer.add_installation(each)
