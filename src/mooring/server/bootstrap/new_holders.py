"""What the server does where licenses change hands, and how licensing learns of identity's people."""

from datetime import datetime

from mooring.core.identifiers import AccountId
from mooring.core.refusals import SignInRequired
from mooring.server.foundation.budgets.port import Budgets
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.session import no_longer_fresh
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.use_cases.accounts.telling import ENGLISH
from mooring.server.identity.use_cases.authorization.check_access_token import CheckAccessToken
from mooring.server.identity.use_cases.sessions.list_sessions import ListSessions
from mooring.server.licensing.domain.new_holders.addressee import Addressee, Person
from mooring.server.licensing.storage.new_holders.handovers import StoredHandovers
from mooring.server.licensing.storage.new_holders.purchases import StoredPurchases
from mooring.server.licensing.use_cases.handovers.accept_handover import AcceptHandover
from mooring.server.licensing.use_cases.handovers.end_handover import DeclineHandover, UndoHandover
from mooring.server.licensing.use_cases.handovers.find_handovers import FindHandoverByLink, ListMyHandovers
from mooring.server.licensing.use_cases.handovers.limits import HandoverLimits
from mooring.server.licensing.use_cases.handovers.offer_license import OfferLicense
from mooring.server.licensing.use_cases.purchases.ask_for_licenses import AskForLicenses
from mooring.server.licensing.use_cases.purchases.claim_purchases import ClaimPurchases
from mooring.server.licensing.use_cases.purchases.find_purchases import FindPurchasesByLink, ListMyPurchases
from mooring.server.web.new_holder_services import NewHolderServices


class PeopleWithAccounts:
    """Implements :class:`~mooring.server.licensing.ports.people.People` on identity's accounts."""

    def __init__(self, recoveries: StoredRecoveries) -> None:
        self._recoveries = recoveries

    async def person(self, account_id: AccountId) -> Person | None:
        """Return who has this account."""
        async with self._recoveries.reading() as reader:
            account = await reader.account(account_id)
        return None if account is None else _person(account)

    async def owner_of(self, to: Addressee) -> Person | None:
        """Return who proved to read this mailbox."""
        async with self._recoveries.reading() as reader:
            account = await reader.account_at(to.key)
        return None if account is None or account.verified_at is None else _person(account)


def _person(account: Account) -> Person:
    email = account.email
    proven = None
    if email is not None and account.verified_at is not None:
        proven = Addressee(email.text, email.key, email.masked)
    address = None if email is None else email.text
    return Person(account.id, address, proven, account.language or ENGLISH)


def build_new_holders(
    handovers: StoredHandovers,
    purchases: StoredPurchases,
    people: PeopleWithAccounts,
    check: CheckAccessToken,
    list_sessions: ListSessions,
    *,
    budgets: Budgets,
    site: str,
) -> NewHolderServices:
    """Return what the server, known as ``site``, can do where licenses change hands."""

    async def check_fresh(token: str, jkt: str, *, at: datetime) -> None:
        # A device is let in by a click of whoever sits at the browser: it is no fresher than that browser.
        caller = await check(token, jkt, at=at)
        sessions = await list_sessions(caller.account_id, at=at)
        if caller.signed_in_at <= no_longer_fresh(at) or not any(each.is_fresh(at=at) for each in sessions):
            raise SignInRequired

    return NewHolderServices(
        check_fresh=check_fresh,
        offer=OfferLicense(handovers, people, HandoverLimits(budgets), site),
        list_handovers=ListMyHandovers(handovers, people),
        find_handover=FindHandoverByLink(handovers, people),
        accept=AcceptHandover(handovers, people),
        undo=UndoHandover(handovers),
        decline=DeclineHandover(handovers, people),
        ask_for_licenses=AskForLicenses(purchases, budgets, site),
        list_purchases=ListMyPurchases(purchases, people),
        find_purchases=FindPurchasesByLink(purchases, people),
        claim_purchases=ClaimPurchases(purchases, people),
    )
