"""The stores of identity in memory: one transaction at a time, and an exception undoes it."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace

from mooring.server.identity.domain.authorization import authorization_code, device_authorization
from mooring.server.identity.domain.authorization.device_authorization import DeviceState
from mooring.server.identity.domain.authorization.tokens import ACCESS_LASTS, FORGIVEN
from mooring.server.identity.domain.ways_in import WaysIn
from mooring.server.identity.ports.accounts import NO_DETAIL, Credential, EmailTaken, SignedIn
from mooring.server.identity.ports.authorizations import HeldAccess, HeldRefresh, UserCodeTaken
from mooring.server.identity.ports.identities import IdentityTaken
from mooring.server.identity.storage.authorizations.writing import CODES_KEPT, USED_REFRESH_KEPT
from tests.support.certificates import AT


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
