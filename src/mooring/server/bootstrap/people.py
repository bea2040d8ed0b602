"""What the server does for people: accounts, ways to sign in, mails, and the devices they sign in."""

from collections.abc import Mapping

from mooring.server.foundation.budgets.port import Budgets
from mooring.server.foundation.settings import Settings
from mooring.server.identity.integrations.configured import providers_of
from mooring.server.identity.integrations.passkeys import RelyingParty, WebAuthnPasskeys
from mooring.server.identity.ports.providers import Provider
from mooring.server.identity.storage.accounts import StoredAccounts
from mooring.server.identity.storage.argon_passwords import ArgonPasswords
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.credentials import StoredCredentials
from mooring.server.identity.storage.identities import StoredIdentities
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.identity.use_cases.accounts.choose_language import ChooseLanguage
from mooring.server.identity.use_cases.accounts.find_session import FindSession
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
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
from mooring.server.identity.use_cases.device_codes.limits import UserCodeLimits
from mooring.server.identity.use_cases.device_codes.poll_device_code import PollDeviceCode
from mooring.server.identity.use_cases.device_codes.show_user_code import ShowUserCode
from mooring.server.identity.use_cases.federation.begin_sign_in import BeginSignIn
from mooring.server.identity.use_cases.federation.finish_sign_in import FinishSignIn
from mooring.server.identity.use_cases.federation.list_identities import ListIdentities
from mooring.server.identity.use_cases.federation.sign_out_by_provider import SignOutByProvider
from mooring.server.identity.use_cases.federation.take_logout_token import TakeLogoutToken
from mooring.server.identity.use_cases.federation.unlink_identity import UnlinkIdentity
from mooring.server.identity.use_cases.grants.end_all_grants import EndAllGrants
from mooring.server.identity.use_cases.grants.end_grant import EndGrant
from mooring.server.identity.use_cases.grants.list_grants import ListGrants
from mooring.server.identity.use_cases.passkeys.add_passkey import AddPasskey
from mooring.server.identity.use_cases.passkeys.challenges import Challenges
from mooring.server.identity.use_cases.passkeys.manage_passkeys import RemovePasskey, RenamePasskey
from mooring.server.identity.use_cases.passkeys.sign_in_with_passkey import SignInWithPasskey
from mooring.server.identity.use_cases.passwords.change_password import ChangePassword
from mooring.server.identity.use_cases.passwords.read_proofs import ReadProofs
from mooring.server.identity.use_cases.passwords.remove_password import RemovePassword
from mooring.server.identity.use_cases.recovery.ask_reset import AskReset
from mooring.server.identity.use_cases.recovery.begin_sign_up import BeginSignUp
from mooring.server.identity.use_cases.recovery.finish_sign_up import FinishSignUp
from mooring.server.identity.use_cases.recovery.limits import MailLimits
from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
from mooring.server.identity.use_cases.recovery.prove_address import BeginProof, FinishProof
from mooring.server.identity.use_cases.recovery.reset_password import ResetPassword
from mooring.server.identity.use_cases.recovery.undo_change import UndoChange
from mooring.server.identity.use_cases.second_factor.authenticators import (
    AddAuthenticator,
    RemoveAuthenticator,
)
from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits
from mooring.server.identity.use_cases.second_factor.pass_second_factor import PassSecondFactor
from mooring.server.identity.use_cases.second_factor.recovery_codes import MakeRecoveryCodes
from mooring.server.identity.use_cases.sessions.end_sessions import EndOtherSessions, EndSession
from mooring.server.identity.use_cases.sessions.list_sessions import ListSessions
from mooring.server.web.federation_services import FederationServices
from mooring.server.web.identity_services import IdentityServices
from mooring.server.web.recovery_services import RecoveryServices
from mooring.server.web.security_services import PasskeyServices, SecurityServices


def build_identity(
    accounts: StoredAccounts,
    authorizations: StoredAuthorizations,
    credentials: StoredCredentials,
    tokens: ServerTokenSecrets,
    sealed_texts: ServerSealedTexts,
    *,
    passwords: ArgonPasswords,
    budgets: Budgets,
    addresses: tuple[str, ...],
    recoveries: StoredRecoveries | None = None,
    proves_sign_ups: bool = False,
) -> IdentityServices:
    """Return what the server can do for people and the devices that they sign in, within ``budgets``.

    Without ``recoveries`` no mail reaches anybody; with them one may be asked for at sign-up.
    """
    sign_in_limits, user_code_limits = SignInLimits(budgets), UserCodeLimits(budgets)
    second_factor_limits = SecondFactorLimits(budgets)
    return IdentityServices(
        sign_up=SignUp(accounts, passwords, tokens, sign_in_limits),
        sign_in=SignIn(accounts, passwords, tokens, sign_in_limits),
        sign_out=SignOut(accounts, tokens),
        find_session=FindSession(accounts, tokens),
        choose_language=ChooseLanguage(accounts),
        begin_device_authorization=BeginDeviceAuthorization(authorizations, tokens, budgets),
        show_user_code=ShowUserCode(authorizations, tokens, user_code_limits),
        decide_user_code=DecideUserCode(authorizations, tokens, user_code_limits),
        poll_device_code=PollDeviceCode(authorizations, tokens),
        authorize=Authorize(authorizations, tokens),
        redeem_code=RedeemCode(authorizations, tokens),
        refresh=Refresh(authorizations, tokens),
        revoke=Revoke(authorizations, tokens),
        introspect=Introspect(authorizations, tokens),
        list_grants=ListGrants(authorizations),
        end_grant=EndGrant(authorizations),
        security=SecurityServices(
            sealed_texts=sealed_texts,
            known_browsers=KnownBrowsers(tokens),
            read_proofs=ReadProofs(credentials),
            change_password=ChangePassword(credentials, passwords, tokens, sign_in_limits),
            remove_password=RemovePassword(credentials),
            passkeys=build_passkeys(credentials, tokens, Challenges(sealed_texts, budgets), addresses),
            rename_passkey=RenamePasskey(credentials),
            remove_passkey=RemovePasskey(credentials),
            add_authenticator=AddAuthenticator(credentials, tokens, second_factor_limits),
            remove_authenticator=RemoveAuthenticator(credentials),
            make_recovery_codes=MakeRecoveryCodes(credentials, tokens),
            pass_second_factor=PassSecondFactor(credentials, tokens, second_factor_limits),
            list_sessions=ListSessions(credentials),
            end_session=EndSession(credentials),
            end_other_sessions=EndOtherSessions(credentials),
            end_all_grants=EndAllGrants(authorizations),
        ),
        recovery=None
        if recoveries is None
        else build_recovery(
            recoveries,
            passwords,
            tokens,
            MailDesk(tokens, sealed_texts, addresses[0]),
            budgets=budgets,
            proves_sign_ups=sign_in_limits if proves_sign_ups else None,
        ),
    )


def build_recovery(
    recoveries: StoredRecoveries,
    passwords: ArgonPasswords,
    tokens: ServerTokenSecrets,
    desk: MailDesk,
    *,
    budgets: Budgets,
    proves_sign_ups: SignInLimits | None,
) -> RecoveryServices:
    """Return what the server can do where mails reach people; with limits, sign-ups prove addresses."""
    limits = MailLimits(budgets)
    return RecoveryServices(
        desk=desk,
        begin_sign_up=None
        if proves_sign_ups is None
        else BeginSignUp(recoveries, passwords, tokens, desk, sign_in_limits=proves_sign_ups, limits=limits),
        finish_sign_up=FinishSignUp(recoveries, passwords, tokens, desk),
        begin_proof=BeginProof(recoveries, desk, limits),
        finish_proof=FinishProof(recoveries, desk),
        ask_reset=AskReset(recoveries, desk, limits),
        reset_password=ResetPassword(recoveries, passwords, tokens, desk, SecondFactorLimits(budgets)),
        undo_change=UndoChange(recoveries, desk),
    )


def build_passkeys(
    credentials: StoredCredentials,
    tokens: ServerTokenSecrets,
    challenges: Challenges,
    addresses: tuple[str, ...],
) -> PasskeyServices | None:
    """Return what the server can do with passkeys: for the first of its addresses that has a name."""
    party = next(filter(None, map(RelyingParty.at, addresses)), None)
    if party is None:
        return None
    ceremonies = WebAuthnPasskeys(party)
    return PasskeyServices(
        origin=party.origin,
        is_own_name=RelyingParty.at(addresses[0]) == party,
        add=AddPasskey(credentials, ceremonies, challenges),
        sign_in=SignInWithPasskey(credentials, ceremonies, challenges, tokens),
    )


def build_federation(
    settings: Settings,
    identities: StoredIdentities,
    sealed: ServerSealedTexts,
    tokens: ServerTokenSecrets,
    budgets: Budgets,
) -> FederationServices:
    """Return what the server can do for people who have accounts at the providers in ``settings``."""
    return federation_with(providers_of(settings.oidc), identities, sealed, tokens, budgets)


def federation_with(
    providers: Mapping[str, Provider],
    identities: StoredIdentities,
    sealed: ServerSealedTexts,
    tokens: ServerTokenSecrets,
    budgets: Budgets,
) -> FederationServices:
    """Return what the server can do for people who have accounts at these ``providers``."""
    return FederationServices(
        labels={name: provider.label for name, provider in providers.items()},
        begin=BeginSignIn(providers, sealed),
        finish=FinishSignIn(identities, providers, sealed, tokens),
        list_identities=ListIdentities(identities, providers),
        unlink=UnlinkIdentity(identities, providers),
        sign_out_by_provider=SignOutByProvider(identities, providers),
        take_logout_token=TakeLogoutToken(identities, providers, budgets),
    )
