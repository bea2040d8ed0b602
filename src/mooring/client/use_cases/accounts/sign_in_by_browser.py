"""Signing in through the person's own browser on this computer (RFC 8252, 7636, 9207)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mooring.client.domain.accounts.oauth import METADATA, BrowserSignIn, OAuthRefused, read_server
from mooring.client.domain.errors import ServerUnreachable
from mooring.core.jose.encoding import b64url_encode
from mooring.core.refusals import BrowserUnavailable, SignInDeclined, SignInTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.use_cases.accounts.signing_in import SigningIn
    from mooring.client.use_cases.ports import Browser


class SignInByBrowser:
    """Opens the browser, and waits for it to come back to this computer."""

    def __init__(self, *, signing_in: SigningIn, browser: Browser) -> None:
        self._signing_in = signing_in
        self._browser = browser

    def __call__(
        self,
        *,
        create: bool,
        timeout: float,
        patience: float,
        on_address: Callable[[str], None] | None,
        cancelled: Callable[[], bool],
    ) -> None:
        """Sign somebody in.

        Args:
            create: whether they want a new account.
            timeout: seconds that each exchange with a server may take.
            patience: seconds that the person may take.
            on_address: receives the address that was opened, should the browser not show it.
            cancelled: whether the person has given it up.

        Raises:
            BrowserUnavailable: there is no browser here.
            SignInDeclined: the person said no, there or here.
            SignInTimedOut: the person took longer than ``patience``.
            ServerUnreachable: there was no sensible answer in time.
        """
        steps = self._signing_in
        until = steps.in_seconds(timeout)
        key = steps.key(until)
        server = read_server(steps.network.get(METADATA, deadline=until))
        with self._browser.listening() as listener:
            attempt = BrowserSignIn(
                server=server,
                redirect_uri=listener.redirect_uri,
                state=b64url_encode(os.urandom(32)),
                verifier=b64url_encode(os.urandom(32)),
            )
            address = attempt.address(steps.wish(create=create), key.public.thumbprint)
            if not self._browser.open(address):
                raise BrowserUnavailable
            if on_address is not None:
                on_address(address)
            brought = listener.wait(attempt.is_answer, seconds=patience, cancelled=cancelled)
        if cancelled():
            raise SignInDeclined
        if brought is None:
            raise SignInTimedOut
        try:
            steps.redeem(attempt.token_request(brought), key, steps.in_seconds(timeout))
        except OAuthRefused as refused:
            raise ServerUnreachable("it does not take its own code back") from refused
