"""Linking the license that is used here to the signed-in account, and undoing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import NotActivated, ServerUnreachable
from mooring.client.domain.judgement import genuine
from mooring.client.use_cases.accept_certificate import Applicant
from mooring.client.use_cases.renew import BUSY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accept_certificate import AcceptCertificate
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.client.use_cases.activate import PrepareActivation
    from mooring.client.use_cases.hardware import ReadHardware
    from mooring.client.use_cases.ports import InstallationKeyStore, Network, Store
    from mooring.core.certificate.chain import Trust
    from mooring.core.product_key.key import ProductKey


class ChangeLink:
    """Asks for the link of this activation to be there, or gone; the new certificate tells of it."""

    def __init__(
        self,
        trust: Trust,
        *,
        store: Store,
        keys: InstallationKeyStore,
        hardware: ReadHardware,
        network: Network,
        access: AccountAccess,
        prepare: PrepareActivation,
        accept: AcceptCertificate,
    ) -> None:
        self._trust = trust
        self._store = store
        self._keys = keys
        self._hardware = hardware
        self._network = network
        self._access = access
        self._prepare = prepare
        self._accept = accept

    def link(self, product_key: ProductKey | None, *, deadline: Deadline) -> None:
        """Make the signed-in account the license's holder: with its key at once, else provisionally.

        Raises:
            NotActivated: there is no certificate of this installation.
            Refused: the server said no; ``sign_in_required`` where nobody is signed in.
            ServerUnreachable: there was no sensible answer in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
        """
        body = {} if product_key is None else {"product_key": product_key.formatted()}
        mark = None if product_key is None else self._prepare.mark_of(product_key)
        self._change("PUT", body, mark, deadline=deadline)

    def unlink(self, *, deadline: Deadline) -> None:
        """Undo the link. Whoever uses this computer may refuse a holder who is not confirmed.

        Raises:
            NotActivated: there is no certificate of this installation.
            Refused: the server said no.
            ServerUnreachable: there was no sensible answer in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
        """
        self._change("DELETE", None, None, deadline=deadline)

    def _change(
        self, method: str, body: Mapping[str, object] | None, key_mark: str | None, *, deadline: Deadline
    ) -> None:
        with self._store.lock(seconds=deadline.remaining) as mine:
            if not mine:
                raise ServerUnreachable(BUSY)
            certificate, key = genuine(self._store.load().state, self._trust), self._keys.load()
            if certificate is None or key is None:
                raise NotActivated
            applicant = Applicant(key, self._hardware(again=True), key_mark)
            path = f"/v1/activations/{certificate.activation}/link"
            answer = self._access.speak(
                lambda key, token: self._network.ask(
                    method, path, body, key=key, deadline=deadline, token=token
                ),
                deadline=deadline,
                required=method == "PUT",
            )
            self._accept(answer, applicant, presented=certificate, renewing=False, deadline=deadline)
