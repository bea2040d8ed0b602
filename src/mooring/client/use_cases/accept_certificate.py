"""Accepting a certificate: verified fully, for this installation and this computer, before it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.client.domain.errors import InvalidCertificate
from mooring.client.domain.judgement import clock_mark, genuine, held_status_list, remembering
from mooring.core.certificate.clock import TOLERANCE, require_arrival, taken
from mooring.core.certificate.verify import verify_certificate
from mooring.core.refusals import CertificateInvalid, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.stored_state import StoredState
    from mooring.client.use_cases.ask_for_renewal import AskForRenewal
    from mooring.client.use_cases.confirm_refusal import FetchStatusList
    from mooring.client.use_cases.ports import Clock, Store
    from mooring.core.certificate.chain import Trust
    from mooring.core.certificate.model import Certificate
    from mooring.core.certificate.verify import VerifiedCertificate
    from mooring.core.hardware.profile import HardwareProfile
    from mooring.core.jose.keys import SigningKey


class Applicant(NamedTuple):
    """Who asked the server.

    Attributes:
        key: the key that signed.
        hardware: what was presented.
        key_mark: keyed digest of the product key that was typed, where one was.
    """

    key: SigningKey
    hardware: HardwareProfile
    key_mark: str | None = None


class AcceptCertificate:
    """Stores a certificate that the server sent, if it is a good one. The caller holds the store's lock."""

    def __init__(
        self,
        trust: Trust,
        *,
        store: Store,
        clock: Clock,
        ask_for_renewal: AskForRenewal,
        fetch_status_list: FetchStatusList,
    ) -> None:
        self._trust = trust
        self._store = store
        self._clock = clock
        self._ask_for_renewal = ask_for_renewal
        self._fetch_status_list = fetch_status_list

    def __call__(
        self,
        answer: Mapping[str, object],
        applicant: Applicant,
        *,
        presented: Certificate | None,
        deadline: Deadline,
        renewing: bool = True,
    ) -> None:
        """Verify and store the certificate of ``answer``.

        Args:
            answer: the server's answer to an activation or a renewal.
            applicant: who asked.
            presented: the certificate whose successor it must be; None for an activation.
            deadline: of the whole operation.
            renewing: whether the server was told which certificate is held, so that a gap tells something.

        Raises:
            InvalidCertificate: it is not a good one, and nothing was stored.
            ClockWrong: its time and this computer's differ by more than a day, and nothing was stored.
            Refused: the server refused to follow up an answer that it had to repeat.
            ServerUnreachable: the same.
        """
        held, at = self._store.load().state, self._clock.now()
        verified = self._verify(answer, held, applicant, presented)
        # An answer to c is c + 1, lost or not; a later one says that the server had gone on without us.
        gap = presented is not None and verified.certificate.sequence > presented.sequence + 1
        rolled_back = gap if renewing else held.rolled_back
        if at - verified.certificate.issued_at > TOLERANCE:
            # Either this clock is wrong, or the server repeats what it made when its first answer was lost. A
            # repeated certificate is followed by a fresh one when it is presented: that one tells which.
            repeated = verified.certificate
            again = self._ask_for_renewal(repeated, applicant.hardware, key=applicant.key, deadline=deadline)
            verified = self._verify(again, held, applicant, repeated)
        require_arrival(verified.certificate, at)
        if verified.certificate.expires_at <= at:
            raise InvalidCertificate("expired")
        state = self._after(held, verified, applicant.key_mark, at)._replace(rolled_back=rolled_back)
        self._store.save(self._with_latest_word(state, deadline))

    def _verify(
        self,
        answer: Mapping[str, object],
        held: StoredState,
        applicant: Applicant,
        presented: Certificate | None,
    ) -> VerifiedCertificate:
        text = answer.get("certificate")
        if not isinstance(text, str):
            raise InvalidCertificate("missing")
        try:
            verified = verify_certificate(
                text,
                remembering(self._trust, held),
                jkt=applicant.key.public.thumbprint,
                status=None,
                hardware=applicant.hardware,
                at=None,
            )
        except CertificateInvalid as refusal:
            raise InvalidCertificate(refusal.why) from None
        except Refusal as refusal:
            raise InvalidCertificate(refusal.code) from None
        if presented is not None:
            _require_successor(verified.certificate, presented)
        return verified

    def _after(
        self, held: StoredState, verified: VerifiedCertificate, key_mark: str | None, at: datetime
    ) -> StoredState:
        """Return what is held once ``verified`` has arrived ``at``."""
        before = genuine(held, self._trust)
        mark = None if before is None else clock_mark(held, before)
        same_license = before is not None and before.license.id == verified.certificate.license.id
        return held._replace(
            certificate=verified.text,
            high_water=taken(mark, verified.certificate, at).latest,
            min_epoch=max(held.min_epoch, verified.statement.min_epoch),
            key_mark=key_mark or (held.key_mark if same_license else None),
            refused_with=None,
        )

    def _with_latest_word(self, state: StoredState, deadline: Deadline) -> StoredState:
        """Return ``state`` without the status list that is held, unless the latest one still speaks.

        That list may be younger than a repeated certificate, and say what was lifted since.
        """
        if held_status_list(state, self._trust) is None:
            return state._replace(status_list=None)
        return self._fetch_status_list(state, deadline=deadline)


def _require_successor(certificate: Certificate, presented: Certificate) -> None:
    if certificate.activation != presented.activation:
        raise InvalidCertificate("activation")
    if certificate.sequence <= presented.sequence:  # an old answer, replayed
        raise InvalidCertificate("sequence")
