"""Refusals as HTTP shows them: RFC 9457 problem documents in the reader's language."""

from collections.abc import Callable
from typing import Final

import msgspec

from mooring.core.refusals import (
    DeviceProofInvalid,
    InvalidRequest,
    PayloadTooLarge,
    Refusal,
    SignInRequired,
)
from mooring.core.wording.reasons import REASONS, reason_document
from mooring.server.web.http.limits import retry_headers
from mooring.server.web.http.preferences import preferred_language
from mooring.server.web.http.proofs.doorkeeper import NonceDemanded
from mooring.server.web.http.requests import Answer, Request

PROBLEM: Final = (b"content-type", b"application/problem+json")
NO_STORE: Final = (b"cache-control", b"no-store")

_encode = msgspec.json.Encoder().encode


class Problems:
    """Writes the problem documents of one publisher."""

    def __init__(self, issuer: Callable[[], str]) -> None:
        """Name the problems under the address that ``issuer`` returns."""
        self._issuer = issuer

    def answer(self, refusal: Refusal, request: Request) -> Answer:
        """Return the answer that tells of ``refusal``, and note its code for the log."""
        code = refusal.code
        language = preferred_language(request.all_of(b"accept-language"))
        status = status_of(refusal)
        document = {
            "type": f"{self._issuer()}/problems/{code}",
            "status": status,
            **reason_document(code, refusal.members, language=language.replace("-", "_")),
        }
        headers = (
            PROBLEM,
            NO_STORE,
            (b"content-language", language.encode()),
            (b"vary", b"accept-language"),
            *_headers_of(refusal),
        )
        request.refused_with = code
        return Answer(status, _encode(document), headers)

    def fault(self, request: Request) -> Answer:
        """Return the answer where the fault is ours: a number to quote, nothing of the inside."""
        document = {
            "type": "about:blank",
            "status": 500,
            "title": "A fault in this server",
            "detail": f"The server met a fault of its own. To report it, quote {request.id}.",
            "request": request.id,
        }
        request.refused_with = "fault"
        return Answer(500, _encode(document), (PROBLEM, NO_STORE))


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of ``refusal``; only an invalid request chooses its own."""
    if isinstance(refusal, InvalidRequest):
        return refusal.status
    status = REASONS[refusal.code].status
    # A reason that only a device meets has no status: reaching this door it would be a fault of ours.
    return status if status is not None else 500


def _headers_of(refusal: Refusal) -> list[tuple[bytes, bytes]]:
    if isinstance(refusal, NonceDemanded):
        return [(b"www-authenticate", b'DPoP error="use_dpop_nonce", algs="ES256"')]
    if isinstance(refusal, DeviceProofInvalid):
        return [(b"www-authenticate", b'DPoP error="invalid_dpop_proof", algs="ES256"')]
    if isinstance(refusal, SignInRequired):
        return [(b"www-authenticate", b'DPoP error="invalid_token", algs="ES256"')]
    if isinstance(refusal, PayloadTooLarge):
        return [(b"connection", b"close")]  # the rest of the body is not waited for
    return retry_headers(refusal)
