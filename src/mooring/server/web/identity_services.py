"""What the web needs of identity: accounts and sessions for pages, authorization for devices."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mooring.server.identity.use_cases.accounts.choose_language import ChooseLanguage
from mooring.server.identity.use_cases.accounts.find_session import FindSession
from mooring.server.identity.use_cases.accounts.sign_in import SignIn
from mooring.server.identity.use_cases.accounts.sign_out import SignOut
from mooring.server.identity.use_cases.accounts.sign_up import SignUp
from mooring.server.identity.use_cases.authorization.authorize import Authorize
from mooring.server.identity.use_cases.authorization.introspect import Introspect
from mooring.server.identity.use_cases.authorization.redeem_code import RedeemCode
from mooring.server.identity.use_cases.authorization.refresh import Refresh
from mooring.server.identity.use_cases.authorization.revoke import Revoke
from mooring.server.identity.use_cases.device_codes.begin_device_authorization import BeginDeviceAuthorization
from mooring.server.identity.use_cases.device_codes.decide_user_code import DecideUserCode
from mooring.server.identity.use_cases.device_codes.poll_device_code import PollDeviceCode
from mooring.server.identity.use_cases.device_codes.show_user_code import ShowUserCode
from mooring.server.identity.use_cases.grants.end_grant import EndGrant
from mooring.server.identity.use_cases.grants.list_grants import ListGrants
from mooring.server.web.recovery_services import RecoveryServices
from mooring.server.web.security_services import SecurityServices
from mooring.server.web.staff_services import StaffServices

ProductName = Callable[[str], Awaitable[str | None]]
"""Tells the name of the product with a slug, from the catalog; none when there is no such product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityServices:
    """Everything that a door can ask of identity."""

    sign_up: SignUp
    sign_in: SignIn
    sign_out: SignOut
    find_session: FindSession
    choose_language: ChooseLanguage
    begin_device_authorization: BeginDeviceAuthorization
    show_user_code: ShowUserCode
    decide_user_code: DecideUserCode
    poll_device_code: PollDeviceCode
    authorize: Authorize
    redeem_code: RedeemCode
    refresh: Refresh
    revoke: Revoke
    introspect: Introspect
    list_grants: ListGrants
    end_grant: EndGrant
    security: SecurityServices
    recovery: RecoveryServices | None = None
    """None: no mail reaches anybody."""
    staff: StaffServices | None = None
    """None: nobody works here, and there is no console."""
