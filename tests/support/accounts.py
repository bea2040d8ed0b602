"""Accounts, sessions and signed-in devices for tests, as values."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode
from dataclasses import replace
from secrets import token_bytes

from mooring.core.identifiers import new_account_id, new_identifier
from mooring.core.refusals import ServiceUnavailable
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.authorization.asking import Asking
from mooring.server.identity.domain.authorization.authorization_code import AuthorizationCode
from mooring.server.identity.domain.authorization.clients import DEVICE_CLIENT, SCOPE
from mooring.server.identity.domain.authorization.device_authorization import DeviceAuthorization
from mooring.server.identity.domain.authorization.grant import begin_grant
from mooring.server.identity.domain.authorization.tokens import RefreshToken
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.federation.identity import Identity
from mooring.server.identity.domain.session import Session
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.identity.use_cases.authorization.messages import AuthorizationRequest
from tests.support.certificates import AT

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
