"""The fake server: the `Network` of an App without a network, signing real certificates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mooring.client.adapters.installation_key.key_file import MemoryKey
from mooring.client.adapters.store.account_file import MemoryAccount
from mooring.client.adapters.store.memory_store import MemoryStore
from mooring.client.app import App
from mooring.client.bootstrap.this_computer import GivenHardware
from mooring.client.bootstrap.wiring import Adapters, Wiring
from mooring.client.domain.accounts.oauth import DEVICE_AUTHORIZATION, METADATA, REVOKE
from mooring.client.domain.errors import Refused, ServerUnreachable, Voice
from mooring.client.domain.reports.connection import ServerFinding, Step
from mooring.core import refusals
from mooring.core.descriptor import parse_descriptor
from mooring.core.hardware.profile import HardwareProfile
from mooring.core.privacy import DEVICE_NAME
from mooring.core.product_key import generate, parse_product_key
from mooring.core.wording.catalogue import ENGLISH
from mooring.testing.accounts import FakeAccounts
from mooring.testing.activations import FakeActivations
from mooring.testing.browser import FakeBrowser
from mooring.testing.clock import FakeClock
from mooring.testing.computers import FakeSystem, a_computer
from mooring.testing.holders import FakeHolders
from mooring.testing.licenses import FakeLedger, FakeLicense
from mooring.testing.privacy import FakePrivacy
from mooring.testing.publisher import ISSUER, PRODUCT_CODE, Publisher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.ports import AccountStore, InstallationKeyStore, Store
    from mooring.core.jose.keys import SigningKey

PERSON = "mia@outlook.example"
"""Who sits before the browser of a fake server's computers, unless a test says otherwise."""


class FakeServer:
    """An activation server for tests. It knows seats, trials, accounts, revocation and outages.

    Args:
        name: the product's name for people.
        entitlements: the features that an activation brings; with what people call them, if it is a mapping.
        unactivated_entitlements: the features that work without activation.
        privacy_asks: the names of the privacy choices that the publisher asks for.
        clock: the time of the server and of every computer.
    """

    def __init__(
        self,
        *,
        name: str = "Harbor Notes",
        entitlements: Sequence[str] | Mapping[str, str] = ("export-pdf", "sync"),
        unactivated_entitlements: Sequence[str] = (),
        privacy_asks: Sequence[str] = (DEVICE_NAME,),
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        names = entitlements if isinstance(entitlements, Mapping) else {each: each for each in entitlements}
        self._publisher = Publisher(name, dict(names), unactivated_entitlements, self.clock.now())
        self._ledger = FakeLedger()
        self._accounts = FakeAccounts(self.clock)
        self._privacy = FakePrivacy(privacy_asks, self._ledger, self.clock)
        self._activations = FakeActivations(self._publisher, self._ledger, self._privacy, self.clock)
        self._holders = FakeHolders(
            self._publisher, self._ledger, self._activations, self._privacy, self.clock
        )
        self._outage: str | None = None
        self._refusal: Refused | None = None
        self.requests: list[tuple[str, str]] = []
        """Every request that arrived: its method and path."""
        self.person: str | None = PERSON
        """The address of who sits before the browser of every computer, and lets each program in that asks;
        None is somebody who lets none in."""

    @property
    def descriptor(self) -> dict[str, object]:
        """The descriptor of the product."""
        return dict(self._publisher.descriptor)

    def app(
        self,
        computer: str = "laptop",
        *,
        store: Store | None = None,
        keys: InstallationKeyStore | None = None,
        accounts: AccountStore | None = None,
        hardware: Mapping[str, str | list[str]] | None = None,
        clock: FakeClock | None = None,
        app_version: str | None = None,
        language: str = ENGLISH,
    ) -> App:
        """Return an App on a computer where the product was just installed.

        Args:
            computer: its name; the same name is the same hardware, so a second App there is a reinstall.
            store: what it holds already; nothing, as a rule.
            keys: its installation key; a new one, as a rule.
            accounts: who is signed in already; nobody, as a rule.
            hardware: component values instead of those of ``computer``.
            clock: its own clock, if it is not the server's.
            app_version: the program's version.
            language: the language that its sentences are in, such as ``de``.
        """
        adapters = Adapters(
            store=store or MemoryStore(),
            keys=keys or MemoryKey(),
            probe=GivenHardware(hardware or a_computer(computer)),
            clock=clock or self.clock,
            system=lambda: FakeSystem(app_version, computer),
            accounts=accounts or MemoryAccount(),
            network=self,
            browser=FakeBrowser(self._visit),
        )
        descriptor = parse_descriptor(self._publisher.descriptor)
        return App.of(Wiring(descriptor, adapters, Voice(language, descriptor.urls), app_version))

    def mint(
        self,
        *,
        seats: int = 1,
        channel: str = "retail",
        valid_days: float | None = None,
        entitlements: Sequence[str] | None = None,
    ) -> str:
        """Return a fresh product key.

        Args:
            seats: how many computers may hold the license at once.
            channel: `retail`, `oem`, `volume` or `subscription`.
            valid_days: the days after which the license ends; never, as a rule.
            entitlements: the features it brings; all, as a rule.
        """
        key = generate(PRODUCT_CODE)
        license_ = self._activations.new_license(key.symbols, channel, seats, valid_days)
        if entitlements is not None:
            license_.entitlements = tuple(entitlements)
        return key.formatted()

    def link(self, key: str, email: str = PERSON) -> None:
        """Link the license of ``key`` to an account; a renewal brings it to the computer."""
        self._of(key).holder = self._accounts.of(email)

    def approve(self, user_code: str, email: str = PERSON) -> None:
        """Let the device that shows ``user_code`` into the account, as a person does on any device."""
        self._accounts.decide(user_code, self._accounts.of(email))

    def deny(self, user_code: str) -> None:
        """Let the device that shows ``user_code`` in nowhere."""
        self._accounts.decide(user_code, None)

    def end_access_tokens(self) -> None:
        """Let every access token end now, as they do after ten minutes."""
        self._accounts.end_access_tokens()

    def end_sign_ins(self) -> None:
        """End every sign-in, as their owner can on the account's page."""
        self._accounts.end_grants()

    def set_privacy(self, name: str, on: bool, email: str = PERSON) -> None:
        """Agree to a privacy choice or withdraw it, as a person does on the account's page."""
        self._privacy.turn(self._accounts.of(email), name, on=on)

    def suspend(self, key: str) -> None:
        """Suspend the license of ``key``."""
        self._of(key).suspended = True

    def reinstate(self, key: str) -> None:
        """Lift the suspension of ``key``."""
        self._of(key).suspended = False

    def revoke(self, key: str) -> None:
        """Revoke the license of ``key``."""
        self._of(key).revoked = True

    def go_offline(self, cause: str = "it is offline") -> None:
        """Answer nothing any more."""
        self._outage = cause

    def come_back(self) -> None:
        """Answer again, and refuse nothing without reason."""
        self._outage, self._refusal = None, None

    def refuse_everything(self, code: str, **members: object) -> None:
        """Answer every request but those for a status list with this refusal."""
        self._refusal = Refused(code, members)

    # The port `Network`.

    def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        key: SigningKey,
        deadline: Deadline,
        token: str | None = None,
    ) -> Mapping[str, object]:
        """Answer an activation or a renewal."""
        self._receive("POST", path, deadline)
        jkt = key.public.thumbprint
        with _refusing():
            hardware = HardwareProfile.from_wire(body["hardware"])
            if path == "/v1/activations":
                account = self._accounts.signed_in(token, jkt)
                return self._activations.activate(body, hardware, jkt, account)
            return self._activations.renew(path.split("/")[3], hardware, jkt)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        key: SigningKey,
        deadline: Deadline,
        token: str | None = None,
        language: str | None = None,
    ) -> Mapping[str, object]:
        """Answer what a person who signed in asks, in English."""
        del language
        path = path.partition("?")[0]
        self._receive(method, path, deadline)
        jkt = key.public.thumbprint
        with _refusing():
            if path.endswith("/link"):
                return self._change_link(method, path.split("/")[3], body or {}, jkt, token)
            return self._holders.ask(method, path, body or {}, jkt, self._accounts.needed(token, jkt))

    def submit(
        self, path: str, form: Mapping[str, str], *, key: SigningKey, deadline: Deadline
    ) -> Mapping[str, object]:
        """Answer a form of OAuth."""
        self._receive("POST", path, deadline)
        if path == DEVICE_AUTHORIZATION:
            return self._accounts.begin(key.public.thumbprint)
        if path == REVOKE:
            self._accounts.revoke(form["token"])
            return {}
        return self._accounts.give_tokens(form, key.public.thumbprint)

    def delete(self, path: str, *, key: SigningKey, deadline: Deadline) -> None:
        """Answer a deactivation."""
        self._receive("DELETE", path, deadline)
        activation = self._ledger.named(path.split("/")[3], key.public.thumbprint)
        if activation is None:
            raise Refused("device_unknown")
        activation.ended = True

    def get(self, path: str, *, deadline: Deadline) -> str:
        """Answer with the status list, or how to sign in."""
        self._receive("GET", path, deadline, refusing=False)
        if path == METADATA:
            return json.dumps({"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/oauth/authorize"})
        return self._publisher.sign_status_list(self._ledger.statuses(), self.clock.now())

    def examine(self, *, deadline: Deadline) -> tuple[ServerFinding, ...]:
        """Return what is in the way: the outage."""
        del deadline
        detail = self._outage or "/healthz answers 200"
        return (ServerFinding(ISSUER, (Step("answer", passed=self._outage is None, detail=detail),)),)

    def _receive(self, method: str, path: str, deadline: Deadline, *, refusing: bool = True) -> None:
        if self._outage is not None:
            raise ServerUnreachable(self._outage)
        if deadline.passed:
            raise ServerUnreachable("it did not answer in time")
        self.requests.append((method, path))
        if refusing and self._refusal is not None:
            raise Refused(self._refusal.code, self._refusal.members)

    def _change_link(
        self, method: str, activation_id: str, body: Mapping[str, object], jkt: str, token: str | None
    ) -> Mapping[str, object]:
        account = self._accounts.signed_in(token, jkt)
        activation = self._ledger.named(activation_id, jkt)
        if activation is None:
            raise refusals.DeviceUnknown
        if method == "DELETE":
            return self._holders.unlink(activation, account)
        if account is None:
            raise refusals.SignInRequired
        return self._holders.link(activation, account, body.get("product_key"))

    def _visit(self, address: str) -> Mapping[str, str]:
        return self._accounts.visit(address, None if self.person is None else self._accounts.of(self.person))

    def _of(self, key: str) -> FakeLicense:
        license_ = self._ledger.with_key(parse_product_key(key).symbols)
        if license_ is None:
            raise ValueError("this key was not minted here")
        return license_


@contextmanager
def _refusing() -> Iterator[None]:
    """Refuse as the network does."""
    try:
        yield
    except refusals.Refusal as refusal:
        raise Refused(refusal.code, refusal.members) from None
