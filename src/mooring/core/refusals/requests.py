"""Refusals of a request as such, for programmers, and of a server that cannot answer."""

from __future__ import annotations

from mooring.core.refusals.refusal import Refusal


class DeviceProofInvalid(Refusal):
    """The request is not signed by the installation's key as it must be; ``why`` names the failed check."""

    code = "device_proof_invalid"

    def __init__(self, why: str) -> None:
        super().__init__(why=why)
        self.why = why


class InvalidRequest(Refusal):
    """The request's ``member`` is missing or wrong.

    ``status`` tells a request that cannot be read (400) from one that is read but makes no sense (422).
    """

    code = "invalid_request"

    def __init__(self, member: str | None = None, status: int = 422) -> None:
        super().__init__(member=member)
        self.member = member
        self.status = status


class NotFound(Refusal):
    """There is nothing at this address."""

    code = "not_found"


class PayloadTooLarge(Refusal):
    """The request is longer than the server reads."""

    code = "payload_too_large"


class IdempotencyConflict(Refusal):
    """The idempotency key was used before with another request."""

    code = "idempotency_conflict"


class InsufficientScope(Refusal):
    """The token does not allow this."""

    code = "insufficient_scope"


class RateLimited(Refusal):
    """Too many tries; the next may come in ``retry_after`` seconds."""

    code = "rate_limited"

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__(retry_after=retry_after)
        self.retry_after = retry_after


class ServiceUnavailable(Refusal):
    """The server cannot answer now; it may in ``retry_after`` seconds."""

    code = "service_unavailable"

    def __init__(self, retry_after: int | None = None) -> None:
        super().__init__(retry_after=retry_after)
        self.retry_after = retry_after
