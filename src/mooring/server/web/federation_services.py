"""What the web needs of federation: signing in with accounts that people have elsewhere."""

from dataclasses import dataclass

from mooring.server.identity.use_cases.federation.begin_sign_in import BeginSignIn
from mooring.server.identity.use_cases.federation.finish_sign_in import FinishSignIn
from mooring.server.identity.use_cases.federation.list_identities import ListIdentities
from mooring.server.identity.use_cases.federation.sign_out_by_provider import SignOutByProvider
from mooring.server.identity.use_cases.federation.take_logout_token import TakeLogoutToken
from mooring.server.identity.use_cases.federation.unlink_identity import UnlinkIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationServices:
    """Everything that pages can ask about providers."""

    labels: dict[str, str]
    """What people call each provider that is configured, by its name, in the order of the buttons."""
    begin: BeginSignIn
    finish: FinishSignIn
    list_identities: ListIdentities
    unlink: UnlinkIdentity
    sign_out_by_provider: SignOutByProvider
    take_logout_token: TakeLogoutToken
