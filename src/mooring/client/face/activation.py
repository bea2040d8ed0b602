"""The part of `App` that asks the server about this computer's activation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.features import only_edition
from mooring.client.face.face import Face

if TYPE_CHECKING:
    from mooring.client.domain.reports.connection import ConnectionReport
    from mooring.client.domain.status import Status
    from mooring.client.use_cases.activate import Claim


class ActivationFace(Face):
    """What asks the server. Each ends within `timeout`; what fails changes nothing."""

    def activate(
        self,
        key: str | None = None,
        *,
        license: str | None = None,  # noqa: A002 - the word of the domain
        edition: str | None = None,
    ) -> Status:
        """Activate with a product key; without one, with the digital license of this hardware.

        Another key on an activated device takes the place of the first in one step; if it is refused, the
        first stays.

        Args:
            key: the product key as it was typed.
            license: the identifier of a license of the signed-in account, instead of a key.
            edition: the edition that the program is, if it is only one.

        Raises:
            Refused: and why, and what to do next.
            ServerUnreachable: no sensible answer came in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
        """
        from mooring.client.use_cases.activate import claim_for  # noqa: PLC0415 - not on the way to a status

        with self._speaking():
            return self._claim_seat(claim_for(key, license=license, edition=edition))

    def trial(self, *, edition: str | None = None) -> Status:
        """Start the product's trial; raises what `activate` raises."""
        from mooring.client.use_cases.activate import Claim  # noqa: PLC0415 - as above

        with self._speaking():
            return self._claim_seat(Claim(trial=True, edition=edition or only_edition(self.descriptor)))

    def renew(self) -> Status:
        """Exchange the certificate for a fresh one now.

        Raises:
            NotActivated: there is nothing to renew.
            Refused: the server said no; the activation stays, unless the publisher signed otherwise.
            ServerUnreachable: no sensible answer came in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
        """
        with self._speaking():
            self._wiring.renew(deadline=self._deadline())
            return self._changed()

    def deactivate(self) -> Status:
        """Free this computer's seat. Undone freely, by activating again, for 24 hours.

        Raises:
            NotActivated: there is nothing to deactivate.
            Refused: the server said no.
            ServerUnreachable: no sensible answer came in time.
        """
        with self._speaking():
            self._wiring.deactivate(deadline=self._deadline())
            return self._changed()

    def check_connection(self) -> ConnectionReport:
        """Return how far each of the publisher's servers can be reached, and what is in the way."""
        from mooring.client.domain.reports.connection import ConnectionReport  # noqa: PLC0415 - as above

        return ConnectionReport(self._wiring.network.examine(deadline=self._deadline()))

    def _claim_seat(self, claim: Claim) -> Status:
        self._wiring.activate(claim, deadline=self._deadline())
        return self._changed()
