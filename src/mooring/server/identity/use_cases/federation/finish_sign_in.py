"""Finish a sign-in at a provider: the person has an account here, found by nothing but who they are there.

Nobody is found or joined by an e-mail address: whatever a provider says of one is neither proven nor lasting
("nOAuth"). Who comes for the first time gets an account of their own, without an address.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.identifiers import new_account_id, new_identifier
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.credentials.half_session import HalfSession
from mooring.server.identity.domain.federation.identity import Identity, IdentityId
from mooring.server.identity.domain.federation.refusals import AnswerNotOurs
from mooring.server.identity.domain.session import federated, no_longer_fresh
from mooring.server.identity.ports.identities import IdentityTaken
from mooring.server.identity.use_cases.accounts.open_session import open_session
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.federation.believing import believed
from mooring.server.identity.use_cases.federation.messages import Finished
from mooring.server.identity.use_cases.federation.telling import tell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.federation.attempt import Attempt
    from mooring.server.identity.domain.federation.person import Person
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.identities import Identities, IdentityWriter
    from mooring.server.identity.ports.providers import Provider
    from mooring.server.identity.ports.sealed_texts import SealedTexts
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession
    from mooring.server.identity.use_cases.federation.messages import Callback


class FinishSignIn:
    """Signs people in who come back from a provider, or adds the identity to the account they are in."""

    def __init__(
        self,
        identities: Identities,
        providers: Mapping[str, Provider],
        sealed: SealedTexts,
        secrets: TokenSecrets,
    ) -> None:
        self._identities = identities
        self._providers = providers
        self._sealed = sealed
        self._secrets = secrets

    async def __call__(self, callback: Callback, *, at: datetime) -> Finished:
        """Return what came of it, and where to go on to.

        Not to be run again as a whole: the provider takes a code once. What is kept here is run again by
        itself where it meets another.

        Raises:
            ProviderUnknown: there is no such provider.
            AnswerNotOurs: this browser began nothing that this answers, or another session of it did.
            ProviderDeclined: the provider, or the person there, said no.
            ProviderUnavailable: it cannot be reached now.
            TokenRefused: what it says is not to be believed.
            IdentityTaken: the identity to be added opens another account.
            SignInRequired: the session whose owner was to add it was ended meanwhile.
        """
        attempt, person = await believed(self._providers, self._sealed, callback, at=at)
        if attempt.links is not None:
            session = callback.session
            if session is None or session.session.id != attempt.links:
                raise AnswerNotOurs  # who began to add it is not who is signed in now
            ours, provider = session.session, attempt.provider
            linked = await through_conflicts(lambda: self._link(person, provider, ours, at=at))
            return Finished(onward=attempt.onward, linked=linked)

        async def signed_in() -> OpenedSession | HalfSession:
            return await self._sign_in(person, attempt, callback.arrival, at=at)

        try:
            opened = await through_conflicts(signed_in)
        except IdentityTaken:  # in this very moment, by the same person's second click
            opened = await through_conflicts(signed_in)
        return Finished(onward=attempt.onward, opened=opened)

    async def _sign_in(
        self, person: Person, attempt: Attempt, arrival: Arrival, *, at: datetime
    ) -> OpenedSession | HalfSession:
        provider = attempt.provider
        async with self._identities.changing() as writer:
            known = await _held(writer, person)
            account = None if known is None else await writer.account(known.account_id, signed_in_by=known.id)
            proof = await _proof(writer, person, attempt, account, at=at)
            if known is None or account is None:
                account = await self._made(writer, person, provider, at=at)
                identity = _identity(person, provider, account.id, at=at)
                await writer.add_identity(identity)
            else:
                identity = known.used(hint=person.hint, at=at)
                await writer.save_identity(identity)
            if account.staff_role is not None or (proof.second_factor and proof.missing):
                # A customer's second factor is the provider's matter; who works here shows ours, too, or sets
                # it up. So does who was to prove anew who they are, where the provider does not say that
                # they did.
                return HalfSession(
                    account_id=account.id,
                    at=at,
                    method=federated(provider),
                    identity_id=identity.id,
                    provider_session=person.provider_session,
                )
            return await open_session(
                writer,
                self._secrets,
                replace(account, provider=identity.provider, hint=identity.hint),
                arrival,
                method=federated(provider),
                identity_id=identity.id,
                provider_session=person.provider_session,
                proved_at=proof.at,
                created=known is None,
                at=at,
            )

    async def _made(self, writer: IdentityWriter, person: Person, provider: str, *, at: datetime) -> Account:
        account = Account(new_account_id(at), None, at, provider=provider, name=person.name)
        await writer.add_account(account)
        await writer.record(
            "account.created", subjects={"account": account.id}, at=at, detail={"provider": provider}
        )
        return account

    async def _link(self, person: Person, provider: str, session: Session, *, at: datetime) -> Identity:
        async with self._identities.changing() as writer:
            account, _ = await hold_account(writer, session)
            known = await writer.identity(person.issuer, person.subject)
            if known is not None:
                if known.account_id != account.id:
                    raise IdentityTaken
                return known
            identity = _identity(person, provider, account.id, at=at)
            await writer.add_identity(identity)
            await tell(writer, account, "identity_added", self._providers[provider].label, identity, at=at)
            return identity


async def _held(writer: IdentityWriter, person: Person) -> Identity | None:
    """Return the identity of ``person``, whose account nobody else changes until the block ends."""
    known = await writer.identity(person.issuer, person.subject)
    if known is None:
        return None
    await writer.ways_in(known.account_id)
    return await writer.identity(person.issuer, person.subject)  # it may have been removed while we waited


class _Proof(NamedTuple):
    """When somebody proved who they are, and what else they could do so by."""

    at: datetime
    second_factor: bool = False
    missing: bool = False
    """They were to do so anew, and nobody tells that they did."""


async def _proof(
    writer: IdentityWriter, person: Person, attempt: Attempt, account: Account | None, *, at: datetime
) -> _Proof:
    """Return what is known of when ``person`` proved who they are.

    Coming back proves nothing where the provider does not tell when they did: it lets people in silently.
    Only whose account offers nothing else to prove it by is taken at the provider's word.
    """
    if account is None:
        return _Proof(person.proved_at or at)
    second_factor = await writer.has_second_factor(account.id)
    proved_at = attempt.proof(person.proved_at)
    if proved_at is not None:
        return _Proof(proved_at, second_factor)
    ways = await writer.ways_in(account.id)
    if not (ways.password or ways.passkeys or second_factor):
        return _Proof(person.proved_at or at)
    return _Proof(min(person.proved_at or at, no_longer_fresh(at)), second_factor, attempt.again)


def _identity(person: Person, provider: str, account_id: AccountId, *, at: datetime) -> Identity:
    return Identity(
        id=IdentityId(new_identifier("idn", at)),
        account_id=account_id,
        provider=provider,
        issuer=person.issuer,
        subject=person.subject,
        provider_sub=person.provider_sub,
        hint=person.hint,
        linked_at=at,
        last_used_at=at,
    )
