"""Signing in with a code that the person types on another device, or scans (RFC 8628)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.accounts.oauth import (
    CLIENT,
    DEVICE_AUTHORIZATION,
    DEVICE_CODE,
    OAuthRefused,
    read_device_codes,
)
from mooring.client.domain.errors import Refused, ServerUnreachable
from mooring.core.refusals import SignInTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.accounts.oauth import DeviceCodes
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accounts.signing_in import SigningIn
    from mooring.core.jose.keys import SigningKey

_SLOWER = 5
"""Seconds added to the interval at each `slow_down` (RFC 8628 §3.5), and at each answer that did not come."""


class SignInByCode:
    """Shows a code, and asks now and then whether somebody let this computer in."""

    def __init__(self, *, signing_in: SigningIn) -> None:
        self._signing_in = signing_in

    def __call__(self, show: Callable[[DeviceCodes], None], *, create: bool, timeout: float) -> None:
        """Sign somebody in.

        Args:
            show: shows the person the code and where to type it.
            create: whether they want a new account.
            timeout: seconds that each exchange with a server may take.

        Raises:
            SignInDeclined: the person said no.
            SignInTimedOut: nobody typed the code while it was good.
            ServerUnreachable: there was no sensible answer in time.
            Refused: there were too many tries.
        """
        steps = self._signing_in
        until = steps.in_seconds(timeout)
        key = steps.key(until)
        parameters = steps.wish(create=create).parameters()
        try:
            answer = steps.network.submit(DEVICE_AUTHORIZATION, parameters, key=key, deadline=until)
        except OAuthRefused as refused:
            raise ServerUnreachable("it lets nobody sign in with a code") from refused
        codes = read_device_codes(answer)
        good_until = steps.in_seconds(codes.seconds)
        show(codes)
        self._poll(codes, key, good_until, timeout)

    def _poll(self, codes: DeviceCodes, key: SigningKey, good_until: Deadline, timeout: float) -> None:
        steps, interval = self._signing_in, codes.interval
        form = {"grant_type": DEVICE_CODE, "client_id": CLIENT, "device_code": codes.device_code}
        while good_until.remaining > interval:
            steps.sleep(interval)
            try:
                return steps.redeem(form, key, steps.in_seconds(timeout))
            except OAuthRefused as refused:
                if refused.error == "slow_down":
                    interval += _SLOWER
                elif refused.error != "authorization_pending":
                    raise ServerUnreachable("it lets nobody sign in with a code") from refused
            except ServerUnreachable:  # an outage while the person is typing ends nothing
                interval += _SLOWER
            except Refused as refused:
                if refused.code != "rate_limited":
                    raise
                interval = max(interval + _SLOWER, refused.retry_after or 0)
        raise SignInTimedOut
