"""What both ways of signing in begin and end with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mooring.client.domain.accounts.oauth import TOKEN, OAuthRefused, Wish, read_tokens
from mooring.client.domain.accounts.stored_account import StoredAccount
from mooring.client.domain.errors import ServerUnreachable
from mooring.client.use_cases.renew import BUSY
from mooring.core.jose.encoding import b64url_encode
from mooring.core.refusals import SignInDeclined, SignInTimedOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.client.use_cases.ports import Clock, InstallationKeyStore, Network, Store, System
    from mooring.client.use_cases.read_status import ReadStatus
    from mooring.core.descriptor import Descriptor
    from mooring.core.jose.keys import SigningKey

_PLATFORMS = {"windows": "Windows computer", "macos": "Mac", "linux": "Linux computer"}


class SigningIn:
    """Makes the key that the sign-in is bound to, says who asks, and keeps what comes of it."""

    def __init__(
        self,
        descriptor: Descriptor,
        *,
        store: Store,
        keys: InstallationKeyStore,
        network: Network,
        clock: Clock,
        system: System,
        read_status: ReadStatus,
        access: AccountAccess,
    ) -> None:
        self._descriptor = descriptor
        self._store = store
        self._keys = keys
        self.network = network
        self._clock = clock
        self._system = system
        self._read_status = read_status
        self._access = access

    def key(self, deadline: Deadline) -> SigningKey:
        """Return the installation's key; on first use, make one.

        Raises:
            ServerUnreachable: another program was using the installation all the time.
        """
        with self._store.lock(seconds=deadline.remaining) as mine:
            if not mine:
                raise ServerUnreachable(BUSY)
            return self._keys.load_or_create()

    def wish(self, *, create: bool) -> Wish:
        """Return what the person is told: this product, on this computer.

        The computer has the name that it has at the publisher, but for its own: whoever signs in may be
        somebody who agrees to nothing, also where somebody else agreed to that before.
        """
        device = self._read_status().device
        if device is not None and device.name != self._system.name():
            name = device.name
        else:
            name = _PLATFORMS.get(self._system.facts().platform, "Computer")
        return Wish(self._descriptor.product, name, create=create)

    def in_seconds(self, seconds: float) -> Deadline:
        """Return the deadline that passes in ``seconds``."""
        return self._clock.deadline(seconds)

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        self._clock.sleep(seconds)

    def redeem(self, form: Mapping[str, str], key: SigningKey, deadline: Deadline) -> None:
        """Exchange what the person gave for tokens, and keep them.

        Raises:
            OAuthRefused: not yet: the person has not decided.
            SignInDeclined: the person said no.
            SignInTimedOut: it is too late.
            ServerUnreachable: there was no sensible answer in time.
        """
        try:
            tokens = read_tokens(self.network.submit(TOKEN, form, key=key, deadline=deadline))
        except OAuthRefused as refused:
            if refused.error == "access_denied":
                raise SignInDeclined from None
            if refused.error in {"expired_token", "invalid_grant"}:
                raise SignInTimedOut from None
            raise
        session = b64url_encode(os.urandom(12))
        account = StoredAccount(tokens.account, tokens.refresh_token, key.public.thumbprint, session)
        self._access.begin(account, tokens, deadline=deadline)
