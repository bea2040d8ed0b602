"""What every part of `App` stands on: its wiring, its patience, and the language that its errors speak."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mooring.client.adapters.system.making import MadeOnce
from mooring.client.domain.errors import MooringError, Refused
from mooring.core.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mooring.client.adapters.system.background import Background
    from mooring.client.bootstrap.wiring import Wiring
    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.status import Status
    from mooring.client.use_cases.tell_changes import TellChanges
    from mooring.core.descriptor import Descriptor


class Face:
    """One product on this computer, as a program sees it."""

    _wiring: Wiring
    _timeout: float

    @property
    def descriptor(self) -> Descriptor:
        """The publisher's descriptor."""
        return self._wiring.descriptor

    @property
    def language(self) -> str:
        """The language that people are spoken to in, such as ``de``."""
        return self._wiring.voice.language

    def status(self) -> Status:
        """Return the Activation state, from what is stored. Opens no network, and never raises."""
        return self._wiring.read_status()

    def _changed(self) -> Status:
        status = self.status()
        self._tell(status)
        if "_background" in self.__dict__:
            self._background.wake()
        return status

    def _deadline(self) -> Deadline:
        # A little less than was promised: what comes after the last answer takes time too.
        return self._wiring.clock.deadline(self._timeout - min(0.5, self._timeout / 20))

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Give every error that leaves the language and the addresses of this App."""
        try:
            yield
        except Refusal as refusal:
            refused = Refused(refusal.code, refusal.members)
            refused.voice = self._wiring.voice
            raise refused from None
        except MooringError as error:
            error.voice = self._wiring.voice
            raise

    @MadeOnce
    def _tell(self) -> TellChanges:
        from mooring.client.adapters.system.log import log  # noqa: PLC0415 - not on the way to a status
        from mooring.client.use_cases.tell_changes import TellChanges  # noqa: PLC0415 - as above

        return TellChanges(self._wiring.read_status, log)

    @MadeOnce
    def _background(self) -> Background:
        from random import SystemRandom  # noqa: PLC0415 - as above

        from mooring.client.adapters.system.background import Background  # noqa: PLC0415 - as above
        from mooring.client.adapters.system.log import log  # noqa: PLC0415 - as above
        from mooring.client.use_cases.keep_fresh import KeepFresh  # noqa: PLC0415 - as above

        wiring = self._wiring
        look = KeepFresh(
            read_status=wiring.read_status,
            renew=lambda: wiring.renew,
            clock=wiring.clock,
            jitter=SystemRandom().random,
            timeout=self._timeout,
            tell=self._tell,
            log=log,
        )
        return Background(look, log)
