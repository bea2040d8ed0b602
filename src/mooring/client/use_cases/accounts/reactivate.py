"""Reactivating: "I changed hardware on this device recently", and this is the one I am using right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.accounts.mine import Candidate, read_each
from mooring.client.domain.errors import ServerUnreachable
from mooring.client.use_cases.accept_certificate import Applicant
from mooring.client.use_cases.accounts.account_access import of_the_account
from mooring.client.use_cases.accounts.choose_privacy import heed_dropped, told_facts
from mooring.client.use_cases.renew import BUSY

if TYPE_CHECKING:
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accept_certificate import AcceptCertificate
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.client.use_cases.accounts.signing_in import SigningIn
    from mooring.client.use_cases.hardware import ReadHardware
    from mooring.client.use_cases.ports import Store, System
    from mooring.core.descriptor import Descriptor


class Reactivate:
    """Finds the devices that this computer may have been, and takes the activation of one along."""

    def __init__(
        self,
        descriptor: Descriptor,
        *,
        store: Store,
        hardware: ReadHardware,
        system: System,
        access: AccountAccess,
        signing_in: SigningIn,
        accept: AcceptCertificate,
    ) -> None:
        self._descriptor = descriptor
        self._store = store
        self._hardware = hardware
        self._system = system
        self._access = access
        self._signing_in = signing_in
        self._accept = accept

    def candidates(self, edition: str | None, *, deadline: Deadline) -> tuple[Candidate, ...]:
        """Return the account's devices that this computer may have been, the likeliest first.

        Raises:
            Refused: the server said no; ``sign_in_required`` where nobody is signed in.
            ServerUnreachable: there was no sensible answer in time.
        """
        body = self._asked(edition) | {"hardware": self._hardware(again=True).to_wire()}
        answer = self._access.ask("POST", "/v1/me/reactivations/candidates", body, deadline=deadline)
        return read_each(answer, "candidates", Candidate.read)

    def __call__(self, device: str, edition: str | None, *, deadline: Deadline) -> None:
        """Hold the activation of the device with this identifier; its old hardware gives it up at once.

        Raises:
            Refused: the server said no; ``sign_in_required`` where nobody is signed in.
            ServerUnreachable: there was no sensible answer in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
            ClockWrong: this computer's clock and the certificate's differ by more than a day.
        """
        key = self._signing_in.key(deadline)
        with self._store.lock(seconds=deadline.remaining) as mine:
            if not mine:
                raise ServerUnreachable(BUSY)
            applicant = Applicant(key, self._hardware(again=True))
            body = self._asked(edition) | {
                "device_id": device,
                "hardware": applicant.hardware.to_wire(),
                "device": told_facts(self._system, self._access.agreed()).to_wire(),
            }
            with of_the_account(device=device):
                answer = self._access.ask("POST", "/v1/me/reactivations", body, deadline=deadline)
            heed_dropped(answer, self._access, deadline=deadline)
            self._accept(answer, applicant, presented=None, deadline=deadline)

    def _asked(self, edition: str | None) -> dict[str, object]:
        asked: dict[str, object] = {"product": self._descriptor.product}
        if edition is not None:
            asked["edition"] = edition
        return asked
