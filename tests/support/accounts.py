"""Accounts and signed-in devices for tests: in memory, and the real ones in a throwaway database."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from contextlib import asynccontextmanager
from dataclasses import replace
from secrets import token_bytes
from types import SimpleNamespace

from sqlalchemy import select

from mooring.core.identifiers import new_account_id, new_identifier
from mooring.core.refusals import ServiceUnavailable
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.authorization import authorization_code, device_authorization
from mooring.server.identity.domain.authorization.asking import Asking
from mooring.server.identity.domain.authorization.authorization_code import AuthorizationCode
from mooring.server.identity.domain.authorization.clients import DEVICE_CLIENT, SCOPE
from mooring.server.identity.domain.authorization.device_authorization import DeviceAuthorization, DeviceState
from mooring.server.identity.domain.authorization.grant import begin_grant
from mooring.server.identity.domain.authorization.tokens import ACCESS_LASTS, FORGIVEN, RefreshToken
from mooring.server.identity.domain.credentials.authenticator import Authenticator
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.federation.identity import Identity
from mooring.server.identity.domain.session import Session
from mooring.server.identity.domain.ways_in import WaysIn
from mooring.server.identity.ports.accounts import NO_DETAIL, Credential, EmailTaken, SignedIn
from mooring.server.identity.ports.authorizations import HeldAccess, HeldRefresh, UserCodeTaken
from mooring.server.identity.ports.identities import IdentityTaken
from mooring.server.identity.storage.accounts import StoredAccounts
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.authorizations.writing import CODES_KEPT, USED_REFRESH_KEPT
from mooring.server.identity.storage.credentials import StoredCredentials
from mooring.server.identity.storage.identities import StoredIdentities
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.identity.use_cases.accounts.find_session import FindSession
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
from mooring.server.identity.use_cases.accounts.messages import SignInAttempt
from mooring.server.identity.use_cases.accounts.sign_in import SignIn
from mooring.server.identity.use_cases.accounts.sign_out import SignOut
from mooring.server.identity.use_cases.accounts.sign_up import SignUp
from mooring.server.identity.use_cases.authorization.authorize import Authorize
from mooring.server.identity.use_cases.authorization.check_access_token import CheckAccessToken
from mooring.server.identity.use_cases.authorization.introspect import Introspect
from mooring.server.identity.use_cases.authorization.messages import AuthorizationRequest, DeviceRequest
from mooring.server.identity.use_cases.authorization.redeem_code import RedeemCode
from mooring.server.identity.use_cases.authorization.refresh import Refresh
from mooring.server.identity.use_cases.authorization.revoke import Revoke
from mooring.server.identity.use_cases.device_codes.begin_device_authorization import BeginDeviceAuthorization
from mooring.server.identity.use_cases.device_codes.decide_user_code import DecideUserCode
from mooring.server.identity.use_cases.device_codes.limits import UserCodeLimits
from mooring.server.identity.use_cases.device_codes.poll_device_code import PollDeviceCode
from mooring.server.identity.use_cases.device_codes.show_user_code import ShowUserCode
from mooring.server.identity.use_cases.grants.end_all_grants import EndAllGrants
from mooring.server.identity.use_cases.grants.end_grant import EndGrant
from mooring.server.identity.use_cases.grants.list_grants import ListGrants
from mooring.server.record.outbox.writing import Outbox
from mooring.server.record.tables import events
from tests.support.certificates import AT
from tests.support.databases import a_database

PASSWORD = "correct horse battery staple"
EMAIL = "mia@outlook.example"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
KEY, THIEF = "K" * 43, "T" * 43
VERIFIER = "v" * 43
CALLBACK = "http://127.0.0.1:50999/callback"
TOKEN_SECRETS = ServerTokenSecrets(Secrets(bytes(range(32))))


def challenge_of(verifier):
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def an_account(email=EMAIL, **changes):
    return replace(Account(new_account_id(AT), parse_email_address(email), AT), **changes)


def a_session(account, **changes):
    return replace(Session(new_identifier("ses", AT), account.id, AT, AT), **changes)


async def a_kept_session(store, account_id, **changes):
    """Return a session of the account, kept in ``store``."""
    session = replace(Session(new_identifier("ses", AT), account_id, AT, AT), **changes)
    async with store.changing() as writer:
        await writer.add_session(session, token_bytes(32))
    return session


def an_identity_of(account, **changes):
    identity = Identity(
        id=new_identifier("idn", AT),
        account_id=account.id,
        provider="microsoft",
        issuer="https://login.example/v2.0",
        subject="tid:oid",
        provider_sub="pairwise",
        hint="mia@contoso.example",
        linked_at=AT,
        last_used_at=AT,
    )
    return replace(identity, **changes)


def a_grant(account, *, at=AT, **changes):
    grant = begin_grant(
        account.id,
        client_id=DEVICE_CLIENT,
        jkt=KEY,
        scope=SCOPE,
        asking=Asking("harbor-notes", "Desk"),
        at=at,
    )
    return replace(grant, **changes)


def a_device_authorization(number=1, **changes):
    authorization = DeviceAuthorization(
        device_code_hash=b"d%031d" % number,
        user_code_hash=b"u%031d" % number,
        client_id=DEVICE_CLIENT,
        scope=SCOPE,
        jkt=KEY,
        asking=Asking("harbor-notes", "Desk"),
        network=HERE,
        created_at=AT,
    )
    return replace(authorization, **changes)


def a_code(account, **changes):
    code = AuthorizationCode(
        code_hash=b"c" * 32,
        account_id=account.id,
        client_id=DEVICE_CLIENT,
        redirect_uri=CALLBACK,
        challenge=challenge_of(VERIFIER),
        dpop_jkt=None,
        scope=SCOPE,
        asking=Asking("harbor-notes", "Desk"),
        created_at=AT,
    )
    return replace(code, **changes)


def a_refresh_token(grant, name=b"r", **changes):
    return replace(RefreshToken(token_hash=name * 32, grant_id=grant.id, issued_at=AT), **changes)


class QuickPasswords:
    """Hashes at once, and counts: ``work`` is how often it hashed. ``is_full`` turns everybody away."""

    def __init__(self):
        self.work = 0
        self.is_full = False
        self.costs = "old"

    async def hash(self, password):
        self._work()
        await asyncio.sleep(0)  # others get their turn while it hashes
        return f"{self.costs}:{password.text}"

    async def matches(self, password, stored):
        self._work()
        await asyncio.sleep(0)
        return stored is not None and stored.partition(":")[2] == password.text

    def is_outdated(self, stored):
        return not stored.startswith(self.costs)

    def _work(self):
        if self.is_full:
            raise ServiceUnavailable(retry_after=5)
        self.work += 1


class FakeIdentity:
    """Both stores in dictionaries: one transaction at a time, and an exception undoes it."""

    def __init__(self):
        self._state = SimpleNamespace(
            accounts={},
            identities={},
            hashes={},
            passwords_changed={},
            sessions={},
            devices={},
            codes={},
            grants={},
            access={},
            refresh={},
            mails=[],
            second_factors=set(),
            passkeys=set(),
        )
        self._events = []
        self._lock = asyncio.Lock()
        self.transactions = 0
        self.accounts = self.identities = self.authorizations = self  # one store stands behind all ports

    @asynccontextmanager
    async def reading(self):
        yield _Fake(self._state, [])

    @asynccontextmanager
    async def changing(self):
        async with self._lock:
            self.transactions += 1
            draft = SimpleNamespace(**{name: value.copy() for name, value in vars(self._state).items()})
            happened = []
            yield _Fake(draft, happened)
            self._state = draft
            self._events += happened

    async def events(self):
        return list(self._events)

    async def protect(self, account):
        """Give the account a second factor."""
        self._state.second_factors.add(account.id)

    async def appoint(self, account, role):
        """Let the account's owner work here."""
        self._state.accounts[account.id] = replace(self._state.accounts[account.id], staff_role=role)

    async def give_passkey(self, account):
        """Give the account a passkey."""
        self._state.passkeys.add(account.id)

    async def give_password(self, account):
        """Give the account a password."""
        self._state.hashes[account.id] = "hash"

    @property
    def mails(self):
        return list(self._state.mails)


@asynccontextmanager
async def an_identity(kind, folder):
    """Give empty stores: in ``memory``, or in a database of this kind."""
    if kind == "memory":
        yield FakeIdentity()
        return
    async with a_database(kind, folder) as database:
        yield StoredIdentity(database)


class StoredIdentity:
    """The real stores."""

    async def protect(self, account):
        """Give the account a second factor."""
        authenticator = Authenticator(account_id=account.id, secret=b"s" * 20, created_at=AT, confirmed_at=AT)
        async with self.credentials.changing() as writer:
            await writer.save_authenticator(authenticator)

    def __init__(self, database):
        self.database = database
        outbox = Outbox(Secrets(bytes(range(32))))
        self.accounts = StoredAccounts(self.database, outbox)
        self.identities = StoredIdentities(self.database, outbox)
        self.credentials = StoredCredentials(self.database, Secrets(bytes(range(32))), outbox)
        self.authorizations = StoredAuthorizations(self.database)

    async def events(self):
        statement = Statement(select(events).order_by(events.c.at, events.c.id))
        async with self.database.reading() as session:
            rows = await session.fetch(statement)
        return [
            (row.kind, row.account_id, row.detail)
            for row in rows
            if (row.actor_kind, row.actor_id) == ("account", row.account_id)
        ]


class _Fake:
    def __init__(self, state, happened):
        self._ = state
        self._events = happened

    async def account(self, account_id, *, signed_in_by=None):
        return self._shown(self._.accounts.get(account_id), signed_in_by)

    def _shown(self, account, signed_in_by=None):
        if account is None:
            return None
        own = [each for each in self._.identities.values() if each.account_id == account.id]
        first = None if account.email else min((each.id for each in own), default=None)
        shown = self._.identities.get(signed_in_by or first)
        return account if shown is None else replace(account, provider=shown.provider, hint=shown.hint)

    async def identity(self, issuer, subject):
        known = self._.identities.values()
        return next((each for each in known if (each.issuer, each.subject) == (issuer, subject)), None)

    async def identities_of(self, account_id):
        own = (each for each in self._.identities.values() if each.account_id == account_id)
        return sorted(own, key=lambda each: each.id)

    async def add_identity(self, identity):
        if await self.identity(identity.issuer, identity.subject) is not None:
            raise IdentityTaken
        self._.identities[identity.id] = identity

    async def save_identity(self, identity):
        self._.identities[identity.id] = identity

    async def remove_identity(self, identity_id, *, keep):
        for kind in (self._.sessions, self._.grants):
            for name, each in list(kind.items()):
                if each.identity_id == identity_id:
                    kind[name] = replace(each, identity_id=None)
                    if kind is self._.sessions and each.id != keep:
                        del kind[name]
        del self._.identities[identity_id]

    def _sessions_at(self, issuer, provider_session):
        return {
            token_hash: session
            for token_hash, session in self._.sessions.items()
            if session.provider_session == provider_session
            and session.identity_id in self._.identities
            and self._.identities[session.identity_id].issuer == issuer
        }

    async def has_sessions_at(self, issuer, provider_session):
        return bool(self._sessions_at(issuer, provider_session))

    async def remove_sessions_by(self, issuer, sub):
        of_issuer = [each for each in self._.identities.values() if each.issuer == issuer]
        named = {each.id for each in of_issuer if (each.provider_sub or each.subject) == sub}
        ended = {key: each for key, each in self._.sessions.items() if each.identity_id in named}
        for token_hash in ended:
            del self._.sessions[token_hash]
        return list(ended.values())

    async def remove_sessions_at(self, issuer, provider_session):
        ended = self._sessions_at(issuer, provider_session)
        for token_hash in ended:
            del self._.sessions[token_hash]
        return list(ended.values())

    async def has_second_factor(self, account_id):
        return account_id in self._.second_factors

    async def ways_in(self, account_id):
        own = [each for each in self._.identities.values() if each.account_id == account_id]
        return WaysIn(account_id in self._.hashes, int(account_id in self._.passkeys), len(own))

    async def credential(self, email_key):
        found = next((each for each in self._.accounts.values() if _key(each) == email_key), None)
        if found is None or found.id not in self._.hashes:
            return None
        return Credential(found, self._.hashes[found.id], self._.passwords_changed.get(found.id, AT))

    async def session(self, token_hash):
        found = self._.sessions.get(token_hash)
        return (
            None
            if found is None
            else SignedIn(found, await self.account(found.account_id, signed_in_by=found.identity_id))
        )

    async def add_account(self, account, password_hash=None):
        await self.save_account(account)
        if password_hash is not None:
            await self.save_password(account.id, password_hash, at=account.created_at)

    async def save_account(self, account):
        others = (each for each in self._.accounts.values() if each.id != account.id)
        if account.email and any(_key(each) == account.email.key for each in others):
            raise EmailTaken
        known = self._.accounts.get(account.id, account)
        self._.accounts[account.id] = replace(account, staff_role=known.staff_role)

    async def save_password(self, account_id, password_hash, *, at):
        self._.hashes[account_id] = password_hash
        if at is not None:
            self._.passwords_changed[account_id] = at

    async def proofs_changed_at(self, account_id):
        return self._.passwords_changed.get(account_id)

    async def add_session(self, session, token_hash):
        self._.sessions[token_hash] = session

    async def has_session(self, session_id):
        return any(known.id == session_id for known in self._.sessions.values())

    async def save_session(self, session):
        for token_hash, known in self._.sessions.items():
            if known.id == session.id:
                self._.sessions[token_hash] = session

    async def remove_session(self, token_hash):
        return self._.sessions.pop(token_hash, None)

    async def forget_sessions(self, *, at, most):
        return _drop(self._.sessions, lambda session: not session.is_live(at=at), most)

    async def device_authorization(self, device_code_hash):
        return self._.devices.get(device_code_hash)

    async def device_authorization_shown(self, user_code_hash):
        known = self._.devices.values()
        return next((each for each in known if each.user_code_hash == user_code_hash), None)

    async def authorization_code(self, code_hash):
        return self._.codes.get(code_hash)

    async def grant(self, grant_id):
        return self._.grants.get(grant_id)

    async def grants_of(self, account_id):
        found = [each for each in self._.grants.values() if each.account_id == account_id and each.is_live]
        return sorted(found, key=lambda each: (each.last_used_at, each.id), reverse=True)

    async def access_token(self, token_hash):
        return self._held(HeldAccess, self._.access.get(token_hash))

    async def refresh_token(self, token_hash):
        return self._held(HeldRefresh, self._.refresh.get(token_hash))

    def _held(self, kind, token):
        if token is None:
            return None
        grant = self._.grants[token.grant_id]
        return kind(token, grant, self._shown(self._.accounts[grant.account_id], grant.identity_id))

    async def add_device_authorization(self, authorization):
        if await self.device_authorization_shown(authorization.user_code_hash) is not None:
            raise UserCodeTaken
        self._.devices[authorization.device_code_hash] = authorization

    async def save_device_authorization(self, authorization):
        self._.devices[authorization.device_code_hash] = authorization

    async def add_authorization_code(self, code):
        self._.codes[code.code_hash] = code

    save_authorization_code = add_authorization_code

    async def take_back_from(self, account_id, *, at):
        for name, each in self._.devices.items():
            if (each.account_id, each.state) == (account_id, DeviceState.APPROVED):
                self._.devices[name] = replace(each, state=DeviceState.DENIED)
        for name, each in list(self._.codes.items()):
            if (each.account_id, each.grant_id) == (account_id, None):
                del self._.codes[name]

    async def add_grant(self, grant):
        self._.grants[grant.id] = grant

    save_grant = add_grant

    async def add_access_token(self, token):
        self._.access[token.token_hash] = token

    async def add_refresh_token(self, token):
        self._.refresh[token.token_hash] = token

    save_refresh_token = add_refresh_token

    async def forget_sealed_copies_of(self, successor_hash):
        self._forget_sealed(lambda token: token.successor_hash == successor_hash)

    def _forget_sealed(self, of):
        for token_hash, token in self._.refresh.items():
            if of(token):
                self._.refresh[token_hash] = replace(token, sealed_successor=None)

    async def forget_ended(self, *, at, most):
        self._forget_sealed(lambda token: token.used_at is not None and token.used_at < at - FORGIVEN)
        devices_end = at - CODES_KEPT - device_authorization.LASTS
        codes_end = at - CODES_KEPT - authorization_code.LASTS
        return (
            _drop(self._.devices, lambda each: each.created_at <= devices_end, most)
            + _drop(self._.codes, lambda each: each.created_at <= codes_end, most)
            + _drop(self._.access, lambda each: each.issued_at <= at - ACCESS_LASTS, most)
            + _drop(self._.refresh, lambda each: _is_over(each, at), most)
        )

    async def send(self, mail, *, at):
        self._.mails.append(mail)

    async def record(self, what, *, subjects, at, detail=NO_DETAIL):
        others = {name: value for name, value in subjects.items() if name != "account"}
        self._events.append((what, subjects["account"], others | dict(detail)))


def _key(account):
    return account.email and account.email.key


def _is_over(token, at):
    return at >= token.expires_at if token.used_at is None else token.used_at <= at - USED_REFRESH_KEPT


def _drop(known, ended, most):
    names = [name for name, each in known.items() if ended(each)][:most]
    for name in names:
        del known[name]
    return len(names)


class IdentityServer:
    """Every use case of identity on one store, and short ways to do with it what people and devices do."""

    def __init__(self, store=None, passwords=None):
        self.store = store or FakeIdentity()
        self.passwords = passwords or QuickPasswords()
        accounts, authorizations = self.store.accounts, self.store.authorizations
        self.budgets, secrets = MemoryBudgets(), TOKEN_SECRETS
        limits, code_limits = SignInLimits(self.budgets), UserCodeLimits(self.budgets)
        self.sign_up_with = SignUp(accounts, self.passwords, secrets, limits)
        self.sign_in_with = SignIn(accounts, self.passwords, secrets, limits)
        self.sign_out = SignOut(accounts, secrets)
        self.find_session = FindSession(accounts, secrets)
        self.begin_with = BeginDeviceAuthorization(authorizations, secrets, self.budgets)
        self.show_user_code = ShowUserCode(authorizations, secrets, code_limits)
        self.decide_user_code = DecideUserCode(authorizations, secrets, code_limits)
        self.poll_device_code = PollDeviceCode(authorizations, secrets)
        self.authorize_with = Authorize(authorizations, secrets)
        self.redeem_code = RedeemCode(authorizations, secrets)
        self.refresh_with = Refresh(authorizations, secrets)
        self.revoke = Revoke(authorizations, secrets)
        self.introspect = Introspect(authorizations, secrets)
        self.check_access_token = CheckAccessToken(authorizations, secrets)
        self.list_grants = ListGrants(authorizations)
        self.end_grant = EndGrant(authorizations)
        self.end_all_grants = EndAllGrants(authorizations)

    async def sign_up(self, email=EMAIL, password=PASSWORD, *, address=HERE, at=AT, **held):
        attempt = SignInAttempt(email=email, password=password, address=address, **held)
        return await self.sign_up_with(attempt, at=at)

    async def sign_in(self, email=EMAIL, password=PASSWORD, *, address=HERE, at=AT, **held):
        attempt = SignInAttempt(email=email, password=password, address=address, **held)
        return await self.sign_in_with(attempt, at=at)

    async def person(self, email=EMAIL):
        """Return the identifier of a new account."""
        return (await self.sign_up(email)).account.id

    async def begin(self, *, jkt=KEY, address=HERE, client_id=DEVICE_CLIENT, at=AT, **facts):
        return await self.begin_with(
            DeviceRequest(jkt=jkt, address=address, client_id=client_id, **facts), at=at
        )

    async def session(self, account_id, **changes):
        """Return a session of the account, opened just now."""
        return await a_kept_session(self.store.accounts, account_id, **changes)

    async def decide(self, codes, account_id, *, approve=True, session=None, at=AT):
        session = session or await self.session(account_id)
        return await self.decide_user_code(
            codes.user_code, session=session, address=HERE, approve=approve, at=at
        )

    async def poll(self, codes, *, jkt=KEY, client_id=DEVICE_CLIENT, at=AT):
        return await self.poll_device_code(codes.device_code, client_id=client_id, jkt=jkt, at=at)

    async def device(self, account_id, *, jkt=KEY, at=AT, **facts):
        """Return the tokens of a device that was let in by its code."""
        codes = await self.begin(jkt=jkt, at=at, **facts)
        await self.decide(codes, account_id, at=at)
        return await self.poll(codes, jkt=jkt, at=at)

    async def authorize(self, account_id, *, session=None, at=AT, **changes):
        session = session or await self.session(account_id)
        return await self.authorize_with(an_authorization_request(**changes), session=session, at=at)

    async def redeem(self, code, *, jkt=KEY, at=AT, **changes):
        shown = {"client_id": DEVICE_CLIENT, "redirect_uri": CALLBACK, "code_verifier": VERIFIER} | changes
        return await self.redeem_code(code, jkt=jkt, at=at, **shown)

    async def refresh(self, refresh_token, *, jkt=KEY, client_id=DEVICE_CLIENT, at=AT):
        return await self.refresh_with(refresh_token, client_id=client_id, jkt=jkt, at=at)

    async def events(self, kind):
        return [event for event in await self.store.events() if event[0] == kind]


def an_authorization_request(**changes):
    parameters = {
        "client_id": DEVICE_CLIENT,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        "product": "harbor-notes",
        "device_name": "Desk",
    }
    return AuthorizationRequest(**parameters | changes)
