"""Activating: with a key, the digital license of this hardware, a license of an account, or as a trial."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

from mooring.client.domain.errors import ServerUnreachable
from mooring.client.domain.judgement import genuine
from mooring.client.use_cases.accept_certificate import Applicant
from mooring.client.use_cases.accounts.account_access import agreed_here, of_the_account
from mooring.client.use_cases.accounts.choose_privacy import heed_dropped, told_facts
from mooring.client.use_cases.renew import BUSY
from mooring.core.jose.digest import HmacSha256
from mooring.core.jose.encoding import b64url_encode
from mooring.core.product_key.key import parse_product_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accept_certificate import AcceptCertificate
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.client.use_cases.hardware import ReadHardware
    from mooring.client.use_cases.ports import AccountStore, InstallationKeyStore, Network, Store, System
    from mooring.core.certificate.chain import Trust
    from mooring.core.descriptor import Descriptor
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.product_key.key import ProductKey

_MARK_PURPOSE = b"mooring/typed-key/1\0"


class Claim(NamedTuple):
    """What the activation is asked for: at most one of key, license and trial; none is the digital license.

    Attributes:
        key: a product key.
        license: the identifier of a license of the signed-in account.
        trial: whether to start the product's trial.
        edition: the edition that the program is, where it knows.
    """

    key: ProductKey | None = None
    license: str | None = None
    trial: bool = False
    edition: str | None = None


def claim_for(
    key: str | None,
    *,
    license: str | None = None,  # noqa: A002 - the word of the domain
    edition: str | None = None,
) -> Claim:
    """Return the claim of a person who typed ``key``, or nothing.

    Raises:
        KeyMalformed: the key is mistyped.
    """
    typed = None if key is None else parse_product_key(key)
    return Claim(key=typed, license=license, edition=edition)


class PrepareActivation:
    """Writes an activation's request: what is sent, and what `privacy preview` shows, are the same."""

    def __init__(
        self,
        descriptor: Descriptor,
        trust: Trust,
        *,
        system: System,
        store: Store,
        keys: InstallationKeyStore,
        accounts: AccountStore,
    ) -> None:
        self._descriptor = descriptor
        self._trust = trust
        self._system = system
        self._store = store
        self._keys = keys
        self._accounts = accounts

    def __call__(self, claim: Claim, hardware: HardwareProfile) -> dict[str, object]:
        """Return the body of the request; what is optional is in it only if the signed-in account agreed."""
        facts = told_facts(self._system, agreed_here(self._accounts, self._keys))
        body: dict[str, object] = {"product": self._descriptor.product}
        if claim.edition is not None:
            body["edition"] = claim.edition
        if claim.key is not None:
            body["product_key"] = claim.key.formatted()
        if claim.license is not None:
            body["license_id"] = claim.license
        if claim.trial:
            body["trial"] = True
        body |= {
            "hardware": hardware.to_wire(),
            "device": facts.to_wire(),
            "environment": facts.environment,
        }
        replaced = self._replaced(claim)
        if replaced is not None:
            body["replaces"] = replaced
        return body

    def key_mark(self, claim: Claim) -> str | None:
        """Return the keyed digest by which the claim's product key is known again; None without a key."""
        return None if claim.key is None else self.mark_of(claim.key)

    def mark_of(self, key: ProductKey) -> str:
        """Return the keyed digest by which ``key`` is known again."""
        mac = HmacSha256(self._descriptor.hardware_salt)
        return b64url_encode(mac.digest(_MARK_PURPOSE + key.symbols.encode("ascii")))

    def _replaced(self, claim: Claim) -> str | None:
        """Return the activation that another license takes the place of, in one step on the server.

        It need not count any more: an ended or suspended one still holds its seat. Where it is not known
        which key brought it, it is named as well: the server keeps what turns out to be the same.
        """
        held = self._store.load().state
        certificate = genuine(held, self._trust)
        if certificate is None or certificate.jkt != self._keys.thumbprint():
            return None
        another_key = claim.key is not None and self.key_mark(claim) != held.key_mark
        another_license = claim.license is not None and claim.license != certificate.license.id
        return certificate.activation if another_key or another_license else None


class Activate:
    """Activates this installation. A refusal leaves what is held untouched."""

    def __init__(
        self,
        *,
        store: Store,
        keys: InstallationKeyStore,
        hardware: ReadHardware,
        network: Network,
        access: AccountAccess,
        prepare: PrepareActivation,
        accept: AcceptCertificate,
    ) -> None:
        self._store = store
        self._keys = keys
        self._hardware = hardware
        self._network = network
        self._access = access
        self._prepare = prepare
        self._accept = accept

    def __call__(self, claim: Claim, *, deadline: Deadline) -> None:
        """Hold a certificate for ``claim``.

        Raises:
            Refused: the server said no.
            ServerUnreachable: there was no sensible answer in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
            ClockWrong: this computer's clock and the certificate's differ by more than a day.
        """
        with self._store.lock(seconds=deadline.remaining) as mine:
            if not mine:
                raise ServerUnreachable(BUSY)
            key, hardware = self._keys.load_or_create(), self._hardware(again=True)
            applicant = Applicant(key, hardware, self._prepare.key_mark(claim))
            body = self._prepare(claim, applicant.hardware)
            with nullcontext() if claim.license is None else of_the_account(license=claim.license):
                answer = self._access.speak(
                    lambda key, token: self._network.post(
                        "/v1/activations",
                        body if token is not None else _without_name(body),
                        key=key,
                        deadline=deadline,
                        token=token,
                    ),
                    deadline=deadline,
                    required=claim.license is not None,
                )
            heed_dropped(answer, self._access, deadline=deadline)
            self._accept(answer, applicant, presented=None, deadline=deadline)


def _without_name(body: Mapping[str, object]) -> dict[str, object]:
    """Return the request of a computer whose sign-in turned out to have ended: nobody agreed to anything."""
    device = body["device"]
    assert isinstance(device, dict)  # noqa: S101 - `PrepareActivation` wrote it
    return {**body, "device": {name: value for name, value in device.items() if name != "name"}}
