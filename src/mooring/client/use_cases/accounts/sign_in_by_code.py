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
from mooring.core.refusals import SignInDeclined, SignInTimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.client.domain.accounts.oauth import DeviceCodes
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accounts.signing_in import SigningIn
    from mooring.core.jose.keys import SigningKey

_SLOWER = 5
"""Seconds added to the interval at each `slow_down` (RFC 8628 §3.5), and at each answer that did not come."""

_A_LOOK = 0.25
"""Seconds between two looks at whether the person has given it up."""


class SignInByCode:
    """Shows a code, and asks now and then whether somebody let this computer in."""

    def __init__(self, *, signing_in: SigningIn) -> None:
        self._signing_in = signing_in

    def __call__(
        self,
        show: Callable[[DeviceCodes], None],
        *,
        create: bool,
        timeout: float,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        """Sign somebody in.

        Args:
            show: shows the person the code and where to type it.
            create: whether they want a new account.
            timeout: seconds that each exchange with a server may take.
            cancelled: whether the person has given it up; without it they cannot.

        Raises:
            SignInDeclined: the person said no, there or here.
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
        self._poll(codes, key, good_until, timeout, cancelled)

    def _poll(
        self,
        codes: DeviceCodes,
        key: SigningKey,
        good_until: Deadline,
        timeout: float,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        steps, interval = self._signing_in, codes.interval
        form = {"grant_type": DEVICE_CODE, "client_id": CLIENT, "device_code": codes.device_code}
        while good_until.remaining > interval:
            self._wait(interval, cancelled)
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

    def _wait(self, seconds: float, cancelled: Callable[[], bool] | None) -> None:
        step, left = seconds if cancelled is None else _A_LOOK, seconds
        while left > 0:
            if cancelled is not None and cancelled():
                raise SignInDeclined
            self._signing_in.sleep(min(left, step))
            left -= step
