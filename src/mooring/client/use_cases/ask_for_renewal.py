"""Asking the server for a certificate's successor."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.ports import Network
    from mooring.core.certificate.model import Certificate
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.jose.keys import SigningKey


class AskForRenewal:
    """Presents a certificate's place in its sequence and this computer's hardware."""

    def __init__(self, *, network: Network, app_version: str | None = None) -> None:
        self._network = network
        self._app_version = app_version

    def __call__(
        self, certificate: Certificate, hardware: HardwareProfile, *, key: SigningKey, deadline: Deadline
    ) -> Mapping[str, object]:
        """Return the server's answer.

        Raises:
            Refused: the server said no.
            ServerUnreachable: there was no sensible answer.
        """
        body: dict[str, object] = {"sequence": certificate.sequence, "hardware": hardware.to_wire()}
        if self._app_version is not None:
            body["app_version"] = self._app_version
        path = f"/v1/activations/{certificate.activation}/renewals"
        return self._network.post(path, body, key=key, deadline=deadline)
