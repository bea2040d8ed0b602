"""Renewing: the certificate that is held is exchanged for its successor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import NotActivated, Refused, ServerUnreachable
from mooring.client.domain.judgement import genuine
from mooring.client.use_cases.accept_certificate import Applicant
from mooring.client.use_cases.confirm_refusal import WORTH_CONFIRMING

if TYPE_CHECKING:
    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.stored_state import StoredState
    from mooring.client.use_cases.accept_certificate import AcceptCertificate
    from mooring.client.use_cases.ask_for_renewal import AskForRenewal
    from mooring.client.use_cases.confirm_refusal import FetchStatusList
    from mooring.client.use_cases.hardware import ReadHardware
    from mooring.client.use_cases.ports import InstallationKeyStore, Store
    from mooring.core.certificate.chain import Trust

BUSY = "another program is using this installation's license right now"


class Renew:
    """Renews the certificate. Whatever goes wrong, the one that is held stays."""

    def __init__(
        self,
        trust: Trust,
        *,
        store: Store,
        keys: InstallationKeyStore,
        hardware: ReadHardware,
        ask_for_renewal: AskForRenewal,
        accept: AcceptCertificate,
        fetch_status_list: FetchStatusList,
    ) -> None:
        self._trust = trust
        self._store = store
        self._keys = keys
        self._hardware = hardware
        self._ask_for_renewal = ask_for_renewal
        self._accept = accept
        self._fetch_status_list = fetch_status_list

    def __call__(self, *, deadline: Deadline) -> None:
        """Hold a fresh certificate; one that another process fetched in the meantime will do.

        Raises:
            NotActivated: there is no certificate of this installation to renew.
            Refused: the server said no. Only if a signed status list says so too, the activation is gone.
            ServerUnreachable: there was no sensible answer in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
            ClockWrong: this computer's clock and the certificate's differ by more than a day.
        """
        seen = self._store.load().state
        with self._store.lock(seconds=deadline.remaining) as mine:
            if not mine:
                raise ServerUnreachable(BUSY)
            held = self._store.load().state
            if held.certificate == seen.certificate or held.certificate is None:
                self._exchange(held, deadline)

    def _exchange(self, held: StoredState, deadline: Deadline) -> None:
        certificate, key = genuine(held, self._trust), self._keys.load()
        if certificate is None or key is None:
            raise NotActivated
        applicant = Applicant(key, self._hardware(again=True))
        try:
            answer = self._ask_for_renewal(certificate, applicant.hardware, key=key, deadline=deadline)
        except Refused as refused:
            if refused.code in WORTH_CONFIRMING:
                self._confirm(held, refused.code, deadline)
            raise
        self._accept(answer, applicant, presented=certificate, deadline=deadline)

    def _confirm(self, held: StoredState, code: str, deadline: Deadline) -> None:
        """Store the status list, if it speaks against the certificate: an unsigned refusal alone does not."""
        state = self._fetch_status_list(held, deadline=deadline)
        if state.status_list is not None and state != held:
            self._store.save(state._replace(refused_with=code))
