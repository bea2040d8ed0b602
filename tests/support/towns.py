"""A town where everything happens at once: its people and computers do whatever they may, on many workers."""

from collections import Counter
from datetime import timedelta

from mooring.core.identifiers import new_identifier, new_license_id
from mooring.core.privacy import DEVICE_NAME
from mooring.core.product_key import generate
from mooring.core.refusals import Refusal
from mooring.server.foundation.database.port import DatabaseUnavailable
from mooring.server.licensing.domain.activations.device import DeviceFacts, Environment
from mooring.server.licensing.domain.key_hash import hash_key
from mooring.server.licensing.domain.obstacles import Obstacle
from mooring.server.licensing.ports.minting import Batch, NewLicense
from mooring.server.licensing.storage.licenses_admin import StoredLicenseDesk
from mooring.server.licensing.storage.minting import StoredLicenseBook
from mooring.server.licensing.use_cases.activations.forget_ended_leases import ForgetEndedLeases
from mooring.server.licensing.use_cases.devices.rename_device import NameDeviceByConsent
from mooring.server.licensing.use_cases.licenses.change_standing import ReinstateLicense, SuspendLicense
from mooring.server.licensing.use_cases.licenses.extend_license import ExtendLicense
from mooring.server.privacy.domain.consents import Door, Wish
from mooring.server.privacy.storage.consents import StoredConsents
from mooring.server.privacy.use_cases.choose import Choose, ShareNothing
from tests.support.computers import a_computer, after_disk_upgrade, after_reinstall
from tests.support.holders import AccountPublisher, an_account
from tests.support.ledgers import FilledLedger
from tests.support.licenses import AT, DAY, HOUR, a_license, a_policy, an_offer
from tests.support.publisher import as_a_door_does

COMPUTERS, SEATS = 10, 3
LIST_SIZE = 96  # so few places that computers meet at one
OWN_NAME = "A computer's own name"
"""How computers call themselves; what a person types is called otherwise."""


class Worker:
    """One server process: a database of its own, and the use cases on it."""

    def __init__(self, database):
        self.database = database
        self.ledger = FilledLedger(database, status_list_size=LIST_SIZE)
        self.publisher = AccountPublisher(self.ledger)
        desk = StoredLicenseDesk(database)
        self.suspend = as_a_door_does(SuspendLicense(desk, pepper=b""))
        self.reinstate = as_a_door_does(ReinstateLicense(desk, pepper=b""))
        self.extend = as_a_door_does(ExtendLicense(desk, pepper=b""))
        self.forget = as_a_door_does(ForgetEndedLeases(self.ledger))
        self.book = StoredLicenseBook(database)
        consents = StoredConsents(self.ledger)
        self.choose = as_a_door_does(Choose(consents, (DEVICE_NAME,)))
        self.share_nothing = as_a_door_does(ShareNothing(consents, (DEVICE_NAME,)))
        self.name = as_a_door_does(NameDeviceByConsent(self.ledger))


class Town:
    """What there is to race for, and what came of it: ``outcomes`` by their names."""

    def __init__(self, workers):
        self.workers = workers
        self.people = [an_account(name) for name in ("mia", "tom")]
        self.keys, self.licenses, self.customers = [], [], []
        self.outcomes = Counter()

    async def settle(self):
        """Sell the licenses, and put the computers in their places."""
        publisher = self.workers[0].publisher
        await self.workers[0].ledger.offer(an_offer(a_policy("trial", valid_days=3)))
        for terms in (
            {"seats": 1, "moves": None},
            {"seats": SEATS, "moves": None, "lease_seats": 2, "lease_hours": 3},
            {"seats": SEATS, "moves": None, "valid_days": 400},
            {"channel": "oem", "seats": 1, "moves": 0},
        ):
            for _ in range(2):
                license_ = a_license(policy=a_policy(**terms))
                self.keys.append(await publisher.sell_license(license_))
                self.licenses.append(license_)
        for worker in self.workers:
            for number in range(COMPUTERS):
                for user in range(2):
                    jkt = f"key-{number}-{user}"
                    self.customers.append(worker.publisher.customer(a_computer(number), jkt=jkt))

    async def live(self, fate, acts):
        """Do ``acts`` things, one after the other, as ``fate`` has it."""
        for number in range(acts):
            [name] = fate.choices(list(_ACTS), _OFTEN)
            at = AT + number * HOUR
            try:
                await _ACTS[name](self, fate, at)
            except (Refusal, Obstacle) as refusal:
                self.outcomes[f"{name}: {refusal.code}"] += 1
            except DatabaseUnavailable as conflict:  # it met another, or waited for its place too long
                self.outcomes[f"conflict: {conflict}"] += 1
            else:
                self.outcomes[name] += 1

    def customer(self, fate):
        """Return a computer that was activated, or maybe not."""
        return fate.choice(self.customers)

    def active(self, fate):
        """Return a computer that holds a certificate, as long as there is one."""
        return fate.choice([each for each in self.customers if each.answer] or self.customers[:1])


async def _activate(town, fate, at):
    await town.customer(fate).activate(
        fate.choice(town.keys), at=at, account=fate.choice([None, *town.people]), device=_facts(fate)
    )


def _facts(fate):
    """Return what a computer says of itself: sometimes what it is called."""
    return DeviceFacts("linux", "6.1", "1.0", fate.choice([None, f"{OWN_NAME} {fate.randrange(3)}"]))


async def _replace(town, fate, at):
    customer = town.active(fate)
    replaces = customer.activation_id if customer.answer else None
    await customer.activate(fate.choice(town.keys), at=at, replaces=replaces)


async def _return(town, fate, at):
    customer = town.customer(fate)
    computer = after_reinstall(customer.computer, seed=fate.randrange(3))
    again = customer.publisher.customer(computer, jkt=f"{customer.jkt}-{fate.randrange(2)}")
    await again.activate(at=at)


async def _try(town, fate, at):
    await town.customer(fate).activate(trial=True, at=at)


async def _as_holder(town, fate, at):
    license_id = fate.choice(town.licenses).id
    await town.customer(fate).activate(
        license_id=license_id, account=fate.choice(town.people), at=at, device=_facts(fate)
    )


async def _lease(town, fate, at):
    key = fate.choice(town.keys[2:4])
    guest = fate.choice(town.workers).publisher.customer(a_computer(500), jkt=f"guest-{fate.randrange(6)}")
    await guest.activate(key, at=at, environment=Environment.CONTAINER, account=fate.choice(town.people))


async def _renew(town, fate, at):
    customer = town.active(fate)
    if customer.answer:
        await customer.renew(at=at)


async def _renew_changed(town, fate, at):
    customer = town.active(fate)
    if customer.answer:
        changed = customer.copied()
        changed.computer = after_disk_upgrade(customer.computer)
        await changed.renew(at=at)


async def _deactivate(town, fate, at):
    customer = town.active(fate)
    if customer.answer:
        await customer.deactivate(at=at)


async def _link(town, fate, at):
    customer = town.active(fate)
    if customer.answer:
        key = fate.choice(town.keys) if fate.random() < 0.2 else None
        await customer.link(fate.choice(town.people), key, at=at)


async def _unlink(town, fate, at):
    customer = town.active(fate)
    if customer.answer:
        await customer.unlink(fate.choice(town.people), at=at)


async def _unlink_mine(town, fate, at):
    worker = fate.choice(town.workers)
    await worker.publisher.unlink_mine(fate.choice(town.licenses).id, fate.choice(town.people), at=at)


async def _claim(town, fate, at):
    await fate.choice(town.workers).publisher.claim(fate.choice(town.keys), fate.choice(town.people), at=at)


async def _reactivate(town, fate, at):
    chosen = town.active(fate)
    if chosen.answer:
        await town.customer(fate).reactivate(fate.choice(town.people), chosen.device_id, at=at)


async def _free(town, fate, at):
    chosen = town.active(fate)
    if chosen.answer:
        await fate.choice(town.workers).publisher.free(chosen.device_id, fate.choice(town.people), at=at)


async def _free_all(town, fate, at):
    await fate.choice(town.workers).publisher.free_all(fate.choice(town.people), at=at)


async def _rename(town, fate, at):
    chosen = town.active(fate)
    if chosen.answer:
        publisher = fate.choice(town.workers).publisher
        await publisher.rename(chosen.device_id, f"name {fate.random()}", fate.choice(town.people), at=at)


async def _agree(town, fate, at):
    wish = Wish(
        choices={DEVICE_NAME: True},
        text_versions={DEVICE_NAME: 1},
        language="en",
        door=fate.choice(list(Door)),
    )
    await fate.choice(town.workers).choose(wish, fate.choice(town.people).id, at=at)


async def _share_nothing(town, fate, at):
    door, person = fate.choice(list(Door)), fate.choice(town.people)
    await fate.choice(town.workers).share_nothing(person.id, language="en", door=door, at=at)


async def _name(town, fate, at):
    chosen = town.active(fate)
    if chosen.answer:
        worker, name = fate.choice(town.workers), f"{OWN_NAME} {fate.randrange(3)}"
        await worker.name(chosen.device_id, name, fate.choice(town.people), at=at)


async def _suspend(town, fate, at):
    await fate.choice(town.workers).suspend(fate.choice(town.licenses).id, at=at)


async def _reinstate(town, fate, at):
    await fate.choice(town.workers).reinstate(fate.choice(town.licenses).id, at=at)


async def _extend(town, fate, at):
    await fate.choice(town.workers).extend(fate.choice(town.licenses).id, timedelta(days=1), at=at)


async def _mint(town, fate, at):
    license_ = fate.choice(town.licenses)
    key = generate(7)
    new = NewLicense(new_license_id(at), hash_key(key, b"pepper"), key.last_five, None, None)
    offer = license_.offer
    batch = Batch(new_identifier("mint", at), offer.product_id, offer.policy.id, "pepper", at)
    await fate.choice(town.workers).book.add([new], batch)


async def _forget(town, fate, at):
    await fate.choice(town.workers).forget(at=at + 40 * DAY)


async def _look(town, fate, at):
    publisher = fate.choice(town.workers).publisher
    await publisher.is_valid(at=at, product_key=fate.choice(town.keys))
    await publisher.status_list(1, at=at)
    await publisher.licenses(fate.choice(town.people), at=at)
    await publisher.devices(fate.choice(town.people), at=at)


_ACTS = {
    "activate": _activate,
    "replace": _replace,
    "return": _return,
    "try": _try,
    "as holder": _as_holder,
    "lease": _lease,
    "renew": _renew,
    "renew changed": _renew_changed,
    "deactivate": _deactivate,
    "link": _link,
    "unlink": _unlink,
    "unlink mine": _unlink_mine,
    "claim": _claim,
    "reactivate": _reactivate,
    "free": _free,
    "free all": _free_all,
    "rename": _rename,
    "agree": _agree,
    "share nothing": _share_nothing,
    "name": _name,
    "suspend": _suspend,
    "reinstate": _reinstate,
    "extend": _extend,
    "mint": _mint,
    "forget": _forget,
    "look": _look,
}
_OFTEN = [1 if name in {"suspend", "free all", "unlink mine", "forget", "mint"} else 4 for name in _ACTS]
"""How often each is done: what takes from many leaves room for what gives."""
