"""The whole server: which storage stands behind which use case, and they behind the door."""

import time
from collections.abc import Callable
from dataclasses import replace

from mooring.server.bootstrap.holders import build_holders
from mooring.server.bootstrap.new_holders import PeopleWithAccounts, build_new_holders
from mooring.server.bootstrap.people import build_federation, build_identity
from mooring.server.bootstrap.privacy import build_privacy, name_consent
from mooring.server.bootstrap.staff import with_staff
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
from mooring.server.identity.storage.accounts import StoredAccounts
from mooring.server.identity.storage.argon_passwords import ArgonPasswords
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.credentials import StoredCredentials
from mooring.server.identity.storage.identities import StoredIdentities
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.storage.staff import StoredStaff
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.identity.use_cases.accounts.forget_ended_sessions import ForgetEndedSessions
from mooring.server.identity.use_cases.authorization.check_access_token import CheckAccessToken
from mooring.server.identity.use_cases.authorization.forget_ended_authorizations import (
    ForgetEndedAuthorizations,
)
from mooring.server.identity.use_cases.recovery.forget_mail_tokens import ForgetMailTokens
from mooring.server.identity.use_cases.sessions.list_sessions import ListSessions
from mooring.server.licensing.domain.publisher import Publisher
from mooring.server.licensing.storage.catalog import StoredCatalog
from mooring.server.licensing.storage.keyed_hashes import ServerKeyedHashes
from mooring.server.licensing.storage.ledger import StoredLedger
from mooring.server.licensing.storage.loaded_signer import LoadedSigner
from mooring.server.licensing.storage.new_holders.handovers import StoredHandovers
from mooring.server.licensing.storage.new_holders.purchases import StoredPurchases
from mooring.server.licensing.storage.new_holders.withdrawing import OfferWithdrawal
from mooring.server.licensing.storage.root_key_file import RootKeyFile
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.licensing.storage.windows_pcs import StoredWindowsPcs
from mooring.server.licensing.use_cases.activations.activate import Activate
from mooring.server.licensing.use_cases.activations.deactivate import Deactivate
from mooring.server.licensing.use_cases.activations.forget_ended_leases import ForgetEndedLeases
from mooring.server.licensing.use_cases.activations.read_status_list import ReadStatusList
from mooring.server.licensing.use_cases.activations.renew import Renew
from mooring.server.licensing.use_cases.activations.validate import Validate
from mooring.server.licensing.use_cases.handovers.forget_handovers import ForgetHandovers
from mooring.server.licensing.use_cases.purchases.forget_claim_links import ForgetClaimLinks
from mooring.server.licensing.use_cases.signing.rotate_signing_keys import RotateSigningKeys
from mooring.server.record.outbox.writing import Outbox
from mooring.server.web.app import WebApp
from mooring.server.web.http.proofs.nonces import Nonces
from mooring.server.web.http.proofs.stored import StoredProofs
from mooring.server.web.pages.design.rendering import TOKENS
from mooring.server.web.services import Services
from mooring.server.web.watch.metrics import Metrics


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
    ledger = StoredLedger(database, secrets, name_consent=name_consent(settings.privacy_asks))
    publisher = StoredPublisher(database)
    hashes = ServerKeyedHashes(pepper=secrets.pepper, hardware_key=secrets.hardware_key)
    signer = LoadedSigner(publisher, secrets)

    outbox = Outbox(secrets, wake=wake)
    accounts, authorizations = StoredAccounts(database, outbox), StoredAuthorizations(database)
    tokens, budgets = ServerTokenSecrets(secrets), _budgets(database, secrets)
    sealed_texts, catalog = ServerSealedTexts(secrets), StoredCatalog(database)

    credentials, check = (
        StoredCredentials(database, secrets, outbox),
        CheckAccessToken(authorizations, tokens),
    )
    handovers = StoredHandovers(ledger, secrets, outbox)
    purchases = StoredPurchases(ledger, secrets, outbox)
    recoveries = StoredRecoveries(database, secrets, outbox, OfferWithdrawal(secrets, outbox))
    mailing = mailing_of(settings, addresses[0])
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
            credentials,
            tokens,
            sealed_texts,
            passwords=ArgonPasswords(),
            budgets=budgets,
            addresses=addresses,
            recoveries=recoveries if mailing != "kept" else None,
            # Where mails are printed a developer need not copy a code to try things out.
            proves_sign_ups=mailing == "sent",
        ),
        federation=build_federation(
            settings, StoredIdentities(database, outbox), sealed_texts, tokens, budgets
        ),
        budgets=budgets,
        product_name=product_name,
        form_key=secrets.derive("page-forms"),
        holders=build_holders(
            ledger,
            hashes,
            signer,
            check,
            build_new_holders(
                handovers,
                purchases,
                PeopleWithAccounts(recoveries),
                check,
                ListSessions(credentials),
                budgets=budgets,
                site=addresses[0],
            ),
            windows_pcs=StoredWindowsPcs(database),
            privacy=build_privacy(ledger, settings.privacy_asks),
        ),
        housekeeping=(
            ForgetEndedLeases(ledger),
            ForgetEndedSessions(accounts),
            ForgetMailTokens(recoveries),
            ForgetHandovers(handovers, PeopleWithAccounts(recoveries)),
            ForgetClaimLinks(purchases),
            ForgetEndedAuthorizations(authorizations),
            budgets.forget_full,
            rotate.when_due,
        ),
    )
    services = with_staff(services, StoredStaff(database, secrets, outbox), tokens, sealed_texts, mailing)
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
