"""Deactivating: this computer's seat becomes free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.errors import NotActivated, Refused, ServerUnreachable
from mooring.client.domain.judgement import genuine
from mooring.client.use_cases.renew import BUSY

if TYPE_CHECKING:
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.ports import InstallationKeyStore, Network, Store
    from mooring.core.certificate.chain import Trust


class Deactivate:
    """Frees the seat at the server, then drops the certificate here. Undone freely for 24 hours."""

    def __init__(self, trust: Trust, *, store: Store, keys: InstallationKeyStore, network: Network) -> None:
        self._trust = trust
        self._store = store
        self._keys = keys
        self._network = network

    def __call__(self, *, deadline: Deadline) -> None:
        """Give the activation back.

        Raises:
            NotActivated: there is no certificate of this installation.
            Refused: the server said no; nothing has changed.
            ServerUnreachable: there was no sensible answer in time; nothing has changed here, and asking
                again is harmless.
        """
        with self._store.lock(seconds=deadline.remaining) as mine:
            if not mine:
                raise ServerUnreachable(BUSY)
            certificate, key = genuine(self._store.load().state, self._trust), self._keys.load()
            if certificate is None or key is None:
                raise NotActivated
            try:
                path = f"/v1/activations/{certificate.activation}"
                self._network.delete(path, key=key, deadline=deadline)
            except Refused as refused:
                if refused.code != "device_unknown":  # it is gone already, which is what was asked for
                    raise
            self._store.forget()
