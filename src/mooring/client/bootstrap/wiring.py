"""The wiring of the use cases: which adapters they get. The network side is made on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from mooring.client.adapters.system.making import MadeOnce
from mooring.client.use_cases.hardware import ReadHardware
from mooring.client.use_cases.read_status import ReadStatus
from mooring.core.certificate.chain import Trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.errors import Voice
    from mooring.client.use_cases.accept_certificate import AcceptCertificate
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.client.use_cases.activate import Activate, PrepareActivation
    from mooring.client.use_cases.ask_for_renewal import AskForRenewal
    from mooring.client.use_cases.confirm_refusal import FetchStatusList
    from mooring.client.use_cases.deactivate import Deactivate
    from mooring.client.use_cases.ports import (
        AccountStore,
        Browser,
        Clock,
        InstallationKeyStore,
        Network,
        Probe,
        Store,
        System,
    )
    from mooring.client.use_cases.renew import Renew
    from mooring.core.descriptor import Descriptor


_MET_ON_THE_WAY = (
    "mooring.client.adapters.installation_key.protection",
    "mooring.client.adapters.store.lock",
    "mooring.client.domain.accounts.stored_account",
    "mooring.client.domain.deadline",
    "mooring.core.certificate.status_list",
    "mooring.core.jose.es256",
)
"""What is loaded late elsewhere and needed in every exchange: loaded while no fork can cut it in half."""


class Adapters(NamedTuple):
    """The ports of one installation. What a status does not need is made when something else does."""

    store: Store
    keys: InstallationKeyStore
    probe: Probe
    clock: Clock
    system: Callable[[], System]
    accounts: AccountStore
    network: Network | None = None
    browser: Browser | None = None


class Wiring:
    """The use cases of one product on this computer, each made once."""

    def __init__(
        self, descriptor: Descriptor, adapters: Adapters, voice: Voice, app_version: str | None = None
    ) -> None:
        self.descriptor = descriptor
        self.voice = voice
        self.trust = Trust(descriptor.issuer, descriptor.product, descriptor.roots)
        self.clock = adapters.clock
        self.store, self.keys, self.accounts = adapters.store, adapters.keys, adapters.accounts
        self.hardware = ReadHardware(adapters.probe, descriptor.hardware_salt)
        self.read_status = ReadStatus(
            descriptor,
            self.trust,
            store=self.store,
            keys=self.keys,
            accounts=self.accounts,
            hardware=self.hardware,
            clock=self.clock,
            voice=voice,
        )
        self._make_system = adapters.system
        self._network, self._browser = adapters.network, adapters.browser
        self._app_version = app_version

    @MadeOnce
    def system(self) -> System:
        """The computer itself."""
        return self._make_system()

    @MadeOnce
    def network(self) -> Network:
        """The way to the publisher's servers."""
        if self._network is not None:
            return self._network
        for module in _MET_ON_THE_WAY:
            import_module(module)
        from mooring.client.adapters.network.http_network import HttpNetwork  # noqa: PLC0415 - a status needs none of it

        return HttpNetwork(self.descriptor.servers, self.descriptor.issuer, self.clock)

    @MadeOnce
    def browser(self) -> Browser:
        """The person's browser on this computer."""
        if self._browser is not None:
            return self._browser
        from mooring.client.adapters.browser.system_browser import SystemBrowser  # noqa: PLC0415 - as above

        return SystemBrowser()

    @MadeOnce
    def access(self) -> AccountAccess:
        """Speaks for the account that is signed in."""
        from mooring.client.use_cases.accounts.account_access import AccountAccess  # noqa: PLC0415 - as above

        return AccountAccess(accounts=self.accounts, keys=self.keys, network=self.network, clock=self.clock)

    @MadeOnce
    def prepare_activation(self) -> PrepareActivation:
        """Writes an activation's request."""
        from mooring.client.use_cases.activate import PrepareActivation  # noqa: PLC0415 - as above

        return PrepareActivation(
            self.descriptor,
            self.trust,
            system=self.system,
            store=self.store,
            keys=self.keys,
            accounts=self.accounts,
        )

    @MadeOnce
    def activate(self) -> Activate:
        """Activates."""
        from mooring.client.use_cases.activate import Activate  # noqa: PLC0415 - as above

        return Activate(
            store=self.store,
            keys=self.keys,
            hardware=self.hardware,
            network=self.network,
            access=self.access,
            prepare=self.prepare_activation,
            accept=self.accept,
        )

    @MadeOnce
    def renew(self) -> Renew:
        """Renews."""
        from mooring.client.use_cases.renew import Renew  # noqa: PLC0415 - as above

        return Renew(
            self.trust,
            store=self.store,
            keys=self.keys,
            hardware=self.hardware,
            ask_for_renewal=self._ask_for_renewal,
            accept=self.accept,
            fetch_status_list=self._fetch_status_list,
        )

    @MadeOnce
    def deactivate(self) -> Deactivate:
        """Deactivates."""
        from mooring.client.use_cases.deactivate import Deactivate  # noqa: PLC0415 - as above

        return Deactivate(self.trust, store=self.store, keys=self.keys, network=self.network)

    @MadeOnce
    def _ask_for_renewal(self) -> AskForRenewal:
        from mooring.client.use_cases.ask_for_renewal import AskForRenewal  # noqa: PLC0415 - as above

        return AskForRenewal(network=self.network, app_version=self._app_version)

    @MadeOnce
    def _fetch_status_list(self) -> FetchStatusList:
        from mooring.client.use_cases.confirm_refusal import FetchStatusList  # noqa: PLC0415 - as above

        return FetchStatusList(self.trust, network=self.network, clock=self.clock)

    @MadeOnce
    def accept(self) -> AcceptCertificate:
        """Stores a good certificate."""
        from mooring.client.use_cases.accept_certificate import AcceptCertificate  # noqa: PLC0415 - as above

        return AcceptCertificate(
            self.trust,
            store=self.store,
            clock=self.clock,
            ask_for_renewal=self._ask_for_renewal,
            fetch_status_list=self._fetch_status_list,
        )
