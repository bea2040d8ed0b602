"""The part of `App` that needs no network: which features may be used, and what is known of this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import FeatureNotLicensed, NotActivated
from mooring.client.domain.features import feature_name
from mooring.client.face.face import Face

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.reports.hardware import HardwareReport
    from mooring.client.domain.reports.inspection import Inspection
    from mooring.client.domain.reports.key_check import KeyCheck
    from mooring.client.domain.reports.support_code import SupportCode


class OfflineFace(Face):
    """What is answered from what is stored, and from the computer itself."""

    def allows(self, entitlement: str) -> bool:
        """Return whether the feature ``entitlement`` may be used now."""
        return self.status().allows(entitlement)

    def require(self, entitlement: str) -> None:
        """Return if the feature ``entitlement`` may be used now.

        Raises:
            FeatureNotLicensed: it may not.
        """
        status = self.status()
        if not status.allows(entitlement):
            name = feature_name(entitlement, status.edition, self.descriptor)
            missing = FeatureNotLicensed(entitlement, name=name, sentence=status.sentence)
            missing.voice = self._wiring.voice
            raise missing

    def check(self, key: str) -> KeyCheck:
        """Return what a product key tells by itself: is it well typed, and for which product.

        Raises:
            Refused: ``key_malformed``; with one symbol wrong it names the place and the corrected key.
        """
        from mooring.client.domain.reports.key_check import check_key  # noqa: PLC0415 - not on the way to a status

        with self._speaking():
            return check_key(key, self.descriptor)

    def hardware(self) -> HardwareReport:
        """Return the hardware profile as it would be sent, and how strong it is."""
        from mooring.client.domain.reports.hardware import report_hardware  # noqa: PLC0415 - as above

        return report_hardware(self._wiring.hardware(again=True))

    def privacy_preview(self, key: str | None = None) -> Mapping[str, object]:
        """Return exactly what `activate` would send, without sending it.

        The computer's name is in it only where the signed-in account agreed to that.

        Raises:
            Refused: the key is mistyped.
        """
        from mooring.client.use_cases.activate import claim_for  # noqa: PLC0415 - as above

        with self._speaking():
            claim = claim_for(key)
            return self._wiring.prepare_activation(claim, self._wiring.hardware(again=True))

    def inspect_certificate(self, text: str | None = None) -> Inspection:
        """Return what a certificate says in plain words: the one ``text``, or the one held.

        Raises:
            NotActivated: no certificate is held.
            Refused: ``certificate_invalid``: the text is no certificate at all.
        """
        from mooring.client.domain.reports.inspection import inspect_certificate  # noqa: PLC0415 - as above

        with self._speaking():
            certificate = text if text is not None else self._wiring.store.load().state.certificate
            if certificate is None:
                raise NotActivated
            return inspect_certificate(certificate, self._wiring.trust, self._wiring.voice)

    def support_code(self) -> SupportCode:
        """Return a short summary for the publisher's support, with no secret in it."""
        from mooring.client.domain.reports.support_code import support_code  # noqa: PLC0415 - as above
        from mooring.client.domain.version import __version__  # noqa: PLC0415 - as above

        platform = self._wiring.system.facts().platform
        return support_code(self.status(), self.hardware(), version=__version__, platform=platform)
