"""The wiring of a running server: which storage stands behind which use case, and they behind the door."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from mooring.core.descriptor import is_loopback_host
from mooring.server.delivery.mail.bell import Bell
from mooring.server.delivery.mail.office import MailOffice, mailing_of
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.budgets.port import Budgets
from mooring.server.foundation.budgets.stored import StoredBudgets
from mooring.server.foundation.clock import Clock
from mooring.server.foundation.database.port import Database
from mooring.server.foundation.secrets import Secrets
from mooring.server.foundation.settings import Settings
from mooring.server.foundation.turns.stored import StoredTurns
from mooring.server.identity.integrations.configured import providers_of
from mooring.server.identity.integrations.passkeys import RelyingParty, WebAuthnPasskeys
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
from mooring.server.identity.use_cases.accounts.forget_ended_sessions import ForgetEndedSessions
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
from mooring.server.identity.use_cases.accounts.sign_in import SignIn
from mooring.server.identity.use_cases.accounts.sign_out import SignOut
from mooring.server.identity.use_cases.accounts.sign_up import SignUp
from mooring.server.identity.use_cases.authorization.authorize import Authorize
from mooring.server.identity.use_cases.authorization.check_access_token import CheckAccessToken
from mooring.server.identity.use_cases.authorization.forget_ended_authorizations import (
    ForgetEndedAuthorizations,
)
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
from mooring.server.identity.use_cases.recovery.forget_mail_tokens import ForgetMailTokens
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
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.domain.publisher import Publisher
from mooring.server.licensing.ports.keyed_hashes import KeyedHashes
from mooring.server.licensing.ports.signing import CertificateSigner
from mooring.server.licensing.storage.catalog import StoredCatalog
from mooring.server.licensing.storage.keyed_hashes import ServerKeyedHashes
from mooring.server.licensing.storage.ledger import StoredLedger
from mooring.server.licensing.storage.loaded_signer import LoadedSigner
from mooring.server.licensing.storage.root_key_file import RootKeyFile
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.licensing.use_cases.activations.activate import Activate
from mooring.server.licensing.use_cases.activations.deactivate import Deactivate
from mooring.server.licensing.use_cases.activations.forget_ended_leases import ForgetEndedLeases
from mooring.server.licensing.use_cases.activations.read_status_list import ReadStatusList
from mooring.server.licensing.use_cases.activations.renew import Renew
from mooring.server.licensing.use_cases.activations.validate import Validate
from mooring.server.licensing.use_cases.devices.find_candidates import FindCandidates
from mooring.server.licensing.use_cases.devices.free_devices import FreeAllDevices, FreeDevice
from mooring.server.licensing.use_cases.devices.list_my_devices import ListMyDevices
from mooring.server.licensing.use_cases.devices.reactivate import Reactivate
from mooring.server.licensing.use_cases.devices.rename_device import RenameDevice
from mooring.server.licensing.use_cases.holders.claim_license import ClaimLicense
from mooring.server.licensing.use_cases.holders.link_license import LinkLicense
from mooring.server.licensing.use_cases.holders.list_my_events import ListMyEvents
from mooring.server.licensing.use_cases.holders.list_my_licenses import ListMyLicenses
from mooring.server.licensing.use_cases.holders.unlink_license import UnlinkLicense, UnlinkMyLicense
from mooring.server.licensing.use_cases.signing.rotate_signing_keys import RotateSigningKeys
from mooring.server.record.outbox.writing import Outbox
from mooring.server.web.app import WebApp
from mooring.server.web.federation_services import FederationServices
from mooring.server.web.holder_services import HolderServices
from mooring.server.web.http.proofs.nonces import Nonces
from mooring.server.web.http.proofs.stored import StoredProofs
from mooring.server.web.identity_services import IdentityServices
from mooring.server.web.pages.design.rendering import TOKENS
from mooring.server.web.recovery_services import RecoveryServices
from mooring.server.web.security_services import PasskeyServices, SecurityServices
from mooring.server.web.services import Services
from mooring.server.web.watch.metrics import Metrics

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def build_app(
    settings: Settings,
    secrets: Secrets,
    database: Database,
    clock: Clock,
    *,
    addresses: tuple[str, ...],
    metrics: Metrics | None = None,
    workers: int = 1,
) -> WebApp:
    """Return the server as an ASGI application, known by ``addresses``, counting in ``metrics``.

    It is one of so many ``workers`` that answer at the same port.
    """
    bell = Bell()
    services = build_services(settings, secrets, database, clock, addresses=addresses, wake=bell.ring)
    metrics = services.metrics if metrics is None else metrics
    office = MailOffice(
        settings, secrets, database, clock, site=addresses[0], tokens=TOKENS, watch=metrics, bell=bell
    )
    return WebApp(
        replace(
            services,
            workers=workers,
            metrics=metrics,
            background=(office.couriers.run,),
            housekeeping=(*services.housekeeping, office.queue.tidy_up),
        )
    )


def build_services(
    settings: Settings,
    secrets: Secrets,
    database: Database,
    clock: Clock,
    *,
    addresses: tuple[str, ...],
    wake: Callable[[], None] | None = None,
) -> Services:
    """Return what the server can do, on ``database`` and with ``secrets``; tell ``wake`` of each new mail."""
    ledger = StoredLedger(database, secrets)
    publisher = StoredPublisher(database)
    hashes = ServerKeyedHashes(pepper=secrets.pepper, hardware_key=secrets.hardware_key)
    signer = LoadedSigner(publisher, secrets)

    outbox = Outbox(secrets, wake=wake)
    accounts, authorizations = StoredAccounts(database, outbox), StoredAuthorizations(database)
    tokens, budgets = ServerTokenSecrets(secrets), _budgets(database, secrets)
    sealed_texts, catalog = ServerSealedTexts(secrets), StoredCatalog(database)

    recoveries, mailing = StoredRecoveries(database, secrets, outbox), mailing_of(settings, addresses[0])
    rotate = RotateSigningKeys(publisher, RootKeyFile(settings.root_key_file), secrets)

    async def read_publisher() -> Publisher | None:
        async with publisher.reading() as reader:
            return await reader.publisher()

    async def product_name(slug: str) -> str | None:
        async with catalog.reading() as reader:
            product = await reader.product(slug)
        return None if product is None else product.name

    services = Services(
        settings=settings,
        clock=clock,
        database=database,
        addresses=addresses,
        activate=Activate(ledger, hashes, signer),
        renew=Renew(ledger, hashes, signer),
        deactivate=Deactivate(ledger),
        validate=Validate(ledger, hashes, publisher),
        read_status_list=ReadStatusList(ledger, signer),
        read_publisher=read_publisher,
        identity=build_identity(
            accounts,
            authorizations,
            StoredCredentials(database, secrets, outbox),
            tokens,
            sealed_texts,
            passwords=ArgonPasswords(),
            budgets=budgets,
            addresses=addresses,
            recoveries=recoveries if mailing != "kept" else None,
            # Where mails are printed a developer need not copy a code to try things out.
            proves_sign_ups=mailing == "sent",
        ),
        federation=build_federation(settings, StoredIdentities(database, outbox), sealed_texts, tokens),
        budgets=budgets,
        product_name=product_name,
        form_key=secrets.derive("page-forms"),
        holders=build_holders(ledger, hashes, signer, CheckAccessToken(authorizations, tokens)),
        housekeeping=(
            ForgetEndedLeases(ledger),
            ForgetEndedSessions(accounts),
            ForgetMailTokens(recoveries),
            ForgetEndedAuthorizations(authorizations),
            budgets.forget_full,
            rotate.when_due,
        ),
    )
    return services if database.dialect == "sqlite" else _sharing(services, secrets)


def _budgets(database: Database, secrets: Secrets) -> Budgets:
    """Return who counts guesses: one process serves the embedded database, and need tell nobody."""
    if database.dialect == "sqlite":
        return MemoryBudgets()
    return StoredBudgets(database, secrets.derive("budgets"))


def _sharing(services: Services, secrets: Secrets) -> Services:
    """Return ``services`` so that other processes and machines may serve beside this one.

    What one of them must know of the others lies in the database; what they must agree on is derived from
    the secret that they share, and from the time.
    """
    seen_proofs = StoredProofs(services.database)
    return replace(
        services,
        nonces=Nonces(secrets.derive("nonces"), time.time),
        seen_proofs=seen_proofs,
        turns=StoredTurns(services.database),
        housekeeping=(*services.housekeeping, seen_proofs.forget_old),
    )


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
    settings: Settings, identities: StoredIdentities, sealed: ServerSealedTexts, tokens: ServerTokenSecrets
) -> FederationServices:
    """Return what the server can do for people who have accounts at the providers in ``settings``."""
    providers = providers_of(settings.oidc)
    return FederationServices(
        labels={name: provider.label for name, provider in providers.items()},
        begin=BeginSignIn(providers, sealed),
        finish=FinishSignIn(identities, providers, sealed, tokens),
        list_identities=ListIdentities(identities, providers),
        unlink=UnlinkIdentity(identities, providers),
        sign_out_by_provider=SignOutByProvider(identities),
    )


def build_holders(
    ledger: StoredLedger, hashes: KeyedHashes, signer: CertificateSigner, check: CheckAccessToken
) -> HolderServices:
    """Return what the server can do for the holders of licenses."""

    async def check_access_token(token: str, jkt: str, *, at: datetime) -> AccountRef:
        caller = await check(token, jkt, at=at)
        return AccountRef(caller.account_id, caller.masked, caller.provider)

    return HolderServices(
        check_access_token=check_access_token,
        link=LinkLicense(ledger, hashes, signer),
        unlink=UnlinkLicense(ledger, signer),
        unlink_mine=UnlinkMyLicense(ledger),
        claim=ClaimLicense(ledger, hashes),
        list_licenses=ListMyLicenses(ledger),
        list_devices=ListMyDevices(ledger),
        list_events=ListMyEvents(ledger),
        rename_device=RenameDevice(ledger),
        free_device=FreeDevice(ledger),
        free_all_devices=FreeAllDevices(ledger),
        find_candidates=FindCandidates(ledger, hashes),
        reactivate=Reactivate(ledger, hashes, signer),
    )


def own_addresses(settings: Settings, host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a server that listens on ``host`` and ``port``, the one it is known by first.

    Without ``MOORING_PUBLIC_URL`` only a server that this computer alone can reach has an address of its own.

    Raises:
        ValueError: it can be reached from elsewhere, and nobody said under which address.
    """
    if settings.public_url is not None:
        return (settings.public_url,)
    if not is_loopback_host(host):
        raise ValueError("a server that others can reach needs MOORING_PUBLIC_URL")
    names = sorted(LOOPBACK_NAMES, key=lambda name: name.strip("[]") != host)
    return tuple(f"http://{name}:{port}" for name in names)
