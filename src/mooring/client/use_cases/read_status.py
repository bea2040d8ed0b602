"""Reading the Activation state: from what is stored, without any network."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from mooring.client.domain.activation_state import activation_state
from mooring.client.domain.judgement import Judgement, clock_mark, judge
from mooring.core.refusals import CertificateInvalid

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.client.domain.errors import Voice
    from mooring.client.domain.status import Status
    from mooring.client.domain.stored_state import Held
    from mooring.client.use_cases.hardware import ReadHardware
    from mooring.client.use_cases.ports import AccountStore, Clock, InstallationKeyStore, Store
    from mooring.core.certificate.chain import Trust
    from mooring.core.certificate.model import Certificate
    from mooring.core.descriptor import Descriptor

_MARK_EVERY = timedelta(hours=1)


class ReadStatus:
    """Returns the Activation state at this instant."""

    def __init__(
        self,
        descriptor: Descriptor,
        trust: Trust,
        *,
        store: Store,
        keys: InstallationKeyStore,
        accounts: AccountStore,
        hardware: ReadHardware,
        clock: Clock,
        voice: Voice,
    ) -> None:
        self._descriptor = descriptor
        self._trust = trust
        self._store = store
        self._keys = keys
        self._accounts = accounts
        self._hardware = hardware
        self._clock = clock
        self._voice = voice

    def __call__(self) -> Status:
        """Return the Activation state. Nothing is written, but once an hour what the clock shows."""
        at, held = self._clock.now(), self._store.load()
        judgement = self._judge(held, at)
        if judgement.certificate is not None:
            self._mark_clock(held, judgement.certificate, at)
        account = self._accounts.load()
        return activation_state(
            judgement,
            self._descriptor,
            at=at,
            voice=self._voice,
            signed_in=None if account is None else account.account,
            rolled_back=held.state.rolled_back or held.restored,
            unwritable=held.unwritable is not None,
        )

    def _judge(self, held: Held, at: datetime) -> Judgement:
        if held.lost:
            return Judgement(None, CertificateInvalid("storage_damaged"))
        if held.state.certificate is None:  # most programs that are not activated need not read the hardware
            return Judgement(None, None)
        return judge(held.state, self._trust, jkt=self._keys.thumbprint(), hardware=self._hardware(), at=at)

    def _mark_clock(self, held: Held, certificate: Certificate, at: datetime) -> None:
        mark = clock_mark(held.state, certificate)
        if at - mark.latest < _MARK_EVERY or held.unwritable is not None:
            return
        with self._store.lock(seconds=0) as mine:
            # Whoever has the lock is renewing, and starts the mark anew.
            if mine and self._store.load() == held:
                self._store.save(held.state._replace(high_water=mark.advanced(at).latest))
