"""A publisher whose licenses change hands: people with addresses, offers, sales, and the mails about them."""

import dataclasses
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from mooring.core.product_key import generate
from mooring.server.bootstrap.holders import build_holders
from mooring.server.bootstrap.new_holders import PeopleWithAccounts, build_new_holders
from mooring.server.bootstrap.privacy import build_privacy
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.credentials import StoredCredentials
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.identity.use_cases.authorization.check_access_token import CheckAccessToken
from mooring.server.identity.use_cases.sessions.list_sessions import ListSessions
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.domain.new_holders.addressee import Addressee, Person
from mooring.server.licensing.storage.new_holders.handovers import StoredHandovers
from mooring.server.licensing.storage.new_holders.purchases import StoredPurchases
from mooring.server.licensing.storage.tables import policies
from mooring.server.licensing.storage.windows_pcs import StoredWindowsPcs
from mooring.server.licensing.use_cases.handovers.accept_handover import AcceptHandover
from mooring.server.licensing.use_cases.handovers.end_handover import DeclineHandover, UndoHandover
from mooring.server.licensing.use_cases.handovers.find_handovers import FindHandoverByLink, ListMyHandovers
from mooring.server.licensing.use_cases.handovers.forget_handovers import ForgetHandovers
from mooring.server.licensing.use_cases.handovers.limits import HandoverLimits
from mooring.server.licensing.use_cases.handovers.messages import Wish
from mooring.server.licensing.use_cases.handovers.offer_license import OfferLicense
from mooring.server.licensing.use_cases.purchases.ask_for_licenses import AskForLicenses
from mooring.server.licensing.use_cases.purchases.claim_purchases import ClaimPurchases
from mooring.server.licensing.use_cases.purchases.find_purchases import FindPurchasesByLink, ListMyPurchases
from mooring.server.licensing.use_cases.purchases.forget_claim_links import ForgetClaimLinks
from mooring.server.licensing.use_cases.purchases.messages import Wish as ClaimWish
from mooring.server.licensing.use_cases.purchases.sell_license import SellLicense
from mooring.server.record.outbox.writing import Outbox
from mooring.server.web.app import WebApp
from tests.support.computers import a_computer
from tests.support.holders import AccountPublisher, an_account
from tests.support.ledgers import HASHES, FakeSigner, FilledLedger
from tests.support.licenses import AT, a_license
from tests.support.mailboxes import Mailboxes, a_door_with_mail
from tests.support.publisher import as_a_door_does

SITE = "https://licenses.example"


def an_addressee(text="tom@post.example"):
    name, _, domain = text.partition("@")
    return Addressee(text, text.casefold(), f"{name[0]}•••@{domain[0]}•••.example")


class KnownPeople:
    """Stands in for identity: who has which account, and which address they proved."""

    def __init__(self):
        self.known = {}

    def add(self, email=None, *, proven=True, language="en"):
        """Return the account of a new person."""
        account = an_account("nobody" if email is None else email)
        self.set(account, email, proven=proven, language=language)
        return account

    def set(self, account: AccountRef, email, *, proven=True, language="en"):
        address = None if email is None else an_addressee(email)
        self.known[account.id] = Person(account.id, email, address if proven else None, language)

    async def person(self, account_id):
        return self.known.get(account_id)

    async def owner_of(self, to):
        proven = [each for each in self.known.values() if each.proven and each.proven.key == to.key]
        return proven[0] if proven else None


class Exchange(AccountPublisher):
    """A publisher's customers, who give licenses to each other and claim what they bought."""

    def __init__(self, ledger, database):
        super().__init__(ledger)
        self.database = database
        self.secrets, self.people, self.budgets = Secrets.generate(), KnownPeople(), MemoryBudgets()
        self.mailboxes = Mailboxes(database, self.secrets)
        self.handovers = StoredHandovers(ledger, self.secrets, Outbox(self.secrets))
        self.purchases = StoredPurchases(ledger, self.secrets, Outbox(self.secrets))
        accept = AcceptHandover(self.handovers, self.people)
        decline = DeclineHandover(self.handovers, self.people)
        claim = ClaimPurchases(self.purchases, self.people)
        limits = HandoverLimits(self.budgets)
        self._offer = as_a_door_does(OfferLicense(self.handovers, self.people, limits, SITE))
        self.open_handovers = ListMyHandovers(self.handovers, self.people)
        self.find_handover = FindHandoverByLink(self.handovers, self.people)
        self.accept, self.accept_by_link = as_a_door_does(accept.by_id), as_a_door_does(accept.by_link)
        self.decline, self.decline_by_link = as_a_door_does(decline.by_id), as_a_door_does(decline.by_link)
        self.undo = as_a_door_does(UndoHandover(self.handovers))
        self.forget_handovers = ForgetHandovers(self.handovers, self.people)
        self.sell_to = as_a_door_does(SellLicense(self.purchases, SITE))
        self.ask_for_licenses = AskForLicenses(self.purchases, self.budgets, SITE)
        self.waiting_for = ListMyPurchases(self.purchases, self.people)
        self.find_purchases = FindPurchasesByLink(self.purchases, self.people)
        self.claim_bought, self.claim_by_link = (
            as_a_door_does(claim.by_address),
            as_a_door_does(claim.by_link),
        )
        self.forget_claim_links = ForgetClaimLinks(self.purchases)

    async def offer(self, license_id, to, account, *, language="en", at=AT):
        """Offer a license, and return the offer."""
        wish = Wish(license_id, an_addressee(to), language)
        return (await self._offer(wish, account, at=at)).handover

    async def ask(self, email, *, place="192.0.2.7", at=AT):
        wish = ClaimWish(to=an_addressee(email), place=place, language="en")
        await self.ask_for_licenses(wish, at=at)

    async def held_by(self, account, **terms):
        """Return the key and the id of a license that this account holds for good, used by nobody."""
        key = await self.sell(**terms)
        mine = await self.claim(key, account, at=AT)
        return key, mine.license.id

    async def holder_of(self, license_id):
        license_ = await self.by_id(license_id)
        return None if license_.holder is None else license_.holder.account.id

    async def by_id(self, license_id):
        async with self.ledger.reading() as reader:
            return await reader.license(license_id)

    async def change_policy(self, policy_id, **terms):
        change = policies.update().where(policies.c.id == policy_id).values(terms)
        async with self.database.transaction() as transaction:
            await transaction.execute(Statement(change))

    async def rows(self, table):
        async with self.database.reading() as session:
            return await session.fetch(Statement(select(table)))

    async def link_in(self, kind):
        """Return what the link of the latest mail of this kind carries."""
        mail = await self.mailboxes.latest(kind)
        [token] = parse_qs(urlsplit(str(mail.values["link"])).query)["token"]
        return token

    async def told(self, account):
        """Return the kinds of what happened to what this account holds, the first first."""
        return [each.kind for each in reversed((await self.events(account)).items)]


def a_door_for_new_holders(folder, *, proves_sign_ups=True):
    """Return the web application with real accounts and licenses, where its mails are read, and a shop.

    Close it at the end: ``await door.close()``.
    """
    door, mailboxes = a_door_with_mail(folder, proves_sign_ups=proves_sign_ups)
    services, secrets = door.services, mailboxes.secrets
    database, outbox = services.database, Outbox(secrets)
    ledger = FilledLedger(database)
    purchases = StoredPurchases(ledger, secrets, outbox)
    check = CheckAccessToken(StoredAuthorizations(database), ServerTokenSecrets(secrets))
    new_holders = build_new_holders(
        StoredHandovers(ledger, secrets, outbox),
        purchases,
        PeopleWithAccounts(StoredRecoveries(database, secrets, outbox)),
        check,
        ListSessions(StoredCredentials(database, secrets, outbox)),
        budgets=services.budgets,
        site=services.addresses[0],
    )
    holders = build_holders(
        ledger,
        HASHES,
        FakeSigner(),
        check,
        new_holders,
        windows_pcs=StoredWindowsPcs(database),
        privacy=build_privacy(ledger, services.settings.privacy_asks),
    )
    services = dataclasses.replace(services, holders=holders)
    door = dataclasses.replace(door, app=WebApp(services), services=services)
    return door, mailboxes, Shop(ledger, SellLicense(purchases, services.addresses[0]), door.clock)


class Shop:
    """Sells licenses of Harbor Notes: by key, or to an address."""

    def __init__(self, ledger, sell, clock):
        self.ledger = ledger
        self._sell = sell
        self._clock = clock

    async def key(self, *args, **terms):
        """Return the key of a new license, and its id."""
        license_, key = a_license(*args, **terms), generate(7)
        await self.ledger.sell(license_, HASHES.of_key(key))
        return key.formatted(), license_.id

    async def to(self, email, **terms):
        """Return the id of a license that was sold to this address."""
        _, license_id = await self.key(**terms)
        await self.to_license(license_id, email)
        return license_id

    async def to_license(self, license_id, email):
        """Let a license wait for this address."""
        await self._sell(license_id, an_addressee(email), at=self._clock.now())

    async def activate(self, license_id, seed):
        """Let the license's holder activate a computer."""
        async with self.ledger.reading() as reader:
            holder = (await reader.license(license_id)).holder
        customer = AccountPublisher(self.ledger).customer(a_computer(seed), jkt=f"key-{seed}")
        await customer.activate(license_id=license_id, account=holder.account)
        return customer

    async def holder_of(self, license_id):
        async with self.ledger.reading() as reader:
            holder = (await reader.license(license_id)).holder
        return None if holder is None else holder.account.masked
