"""Confirming a refusal: only what the publisher signed takes an activation away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import Refused, ServerUnreachable
from mooring.client.domain.judgement import genuine, held_status_list, remembering
from mooring.core.certificate.kinds import VALID
from mooring.core.certificate.statement import Untrusted
from mooring.core.certificate.status_list import StatusList, verify_status_list

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.stored_state import StoredState
    from mooring.client.use_cases.ports import Clock, Network
    from mooring.core.certificate.chain import Trust
    from mooring.core.certificate.model import Certificate

WORTH_CONFIRMING = frozenset({"license_revoked", "license_suspended", "device_unknown"})
"""The refusals that say that the activation is gone. Anyone in between could say so: a list is signed."""

_PATH = "/v1/status-lists/"


class FetchStatusList:
    """Fetches the status list that speaks of a certificate, and believes it only when it is signed."""

    def __init__(self, trust: Trust, *, network: Network, clock: Clock) -> None:
        self._trust = trust
        self._network = network
        self._clock = clock

    def __call__(self, state: StoredState, *, deadline: Deadline) -> StoredState:
        """Return ``state`` with the list, if a newer one takes the certificate back; else without any change.

        An outage, a forged list or an old one changes nothing.
        """
        certificate = genuine(state, self._trust)
        if certificate is None:
            return state
        held = held_status_list(state, self._trust)
        found = self._fetch(state, certificate, held.issued_at if held else None, deadline)
        if found is None:
            return state
        token, newest = found
        if _speaks_against(newest, certificate):
            return state._replace(status_list=token)
        return state._replace(status_list=None) if held is not None else state

    def _fetch(
        self,
        state: StoredState,
        certificate: Certificate,
        not_older_than: datetime | None,
        deadline: Deadline,
    ) -> tuple[str, StatusList] | None:
        uri = certificate.status_list.uri
        _, separator, number = uri.rpartition(_PATH)
        if not separator:
            return None
        try:
            token = self._network.get(_PATH + number, deadline=deadline)
            return token, verify_status_list(
                token,
                remembering(self._trust, state),
                uri=uri,
                at=self._clock.now(),
                not_older_than=not_older_than,
            )
        except (Untrusted, Refused, ServerUnreachable):
            return None


def _speaks_against(status: StatusList, certificate: Certificate) -> bool:
    newer = status.issued_at >= certificate.issued_at
    return newer and status.get(certificate.status_list.idx) != VALID
