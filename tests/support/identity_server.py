"""Every use case of accounts and of devices, and short ways to do with them what people do."""

from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.identity.domain.authorization.clients import DEVICE_CLIENT
from mooring.server.identity.use_cases.accounts.find_session import FindSession
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
from mooring.server.identity.use_cases.accounts.messages import SignInAttempt
from mooring.server.identity.use_cases.accounts.sign_in import SignIn
from mooring.server.identity.use_cases.accounts.sign_out import SignOut
from mooring.server.identity.use_cases.accounts.sign_up import SignUp
from mooring.server.identity.use_cases.authorization.authorize import Authorize
from mooring.server.identity.use_cases.authorization.check_access_token import CheckAccessToken
from mooring.server.identity.use_cases.authorization.introspect import Introspect
from mooring.server.identity.use_cases.authorization.messages import DeviceRequest
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
from tests.support.accounts import (
    CALLBACK,
    EMAIL,
    HERE,
    KEY,
    PASSWORD,
    TOKEN_SECRETS,
    VERIFIER,
    QuickPasswords,
    a_kept_session,
    an_authorization_request,
)
from tests.support.certificates import AT
from tests.support.identity_in_memory import FakeIdentity


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
