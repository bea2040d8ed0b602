"""The two documents that travel to an offline root key and back: a request, and its statements.

The request says everything that is to be signed, times included, so the offline computer's clock does not
matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.core.instants import format_instant, parse_instant
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.domain.signing import OUTLIVES_SIGNING_BY, SIGNS_FOR, STATED_USES, Epoch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.core.certificate.statement import Use

REQUEST = "mooring_statement_request"
STATEMENTS = "mooring_statements"


class StatedKey(NamedTuple):
    """A public key and what it is to sign."""

    use: Use
    jwk: Mapping[str, str]


class StatementRequest(NamedTuple):
    """What the root is asked to state: these keys, in this epoch, for this issuer."""

    issuer: str
    epoch: Epoch
    keys: tuple[StatedKey, ...]

    def to_document(self) -> dict[str, object]:
        """Return the request as its file holds it."""
        return {
            REQUEST: 1,
            "issuer": self.issuer,
            "epoch": self.epoch.number,
            "min_epoch": self.epoch.min_epoch,
            "not_before": format_instant(self.epoch.not_before),
            "sign_until": format_instant(self.epoch.sign_until),
            "expires_at": format_instant(self.epoch.expires_at),
            "keys": [{"use": key.use, "jwk": dict(key.jwk)} for key in self.keys],
        }

    @classmethod
    def from_document(cls, document: object) -> StatementRequest:
        """Return the request that a file holds.

        Raises:
            ValueRefused: It is none, or asks for more than a rotation needs: whoever signs it may not look
                closely.
        """
        try:
            request = _read(document)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ValueRefused(
                "This is not a request for key statements.",
                "Give the file that `mooring admin signing-key request` wrote.",
            ) from None
        epoch = request.epoch
        too_long = epoch.sign_until - epoch.not_before > SIGNS_FOR
        if too_long or epoch.expires_at - epoch.sign_until > OUTLIVES_SIGNING_BY:
            raise ValueRefused("The request asks for more time than keys are given.", "Make a new request.")
        return request


def _read(document: Any) -> StatementRequest:  # noqa: ANN401 - unread JSON
    if document[REQUEST] != 1:
        raise ValueError
    epoch = Epoch(
        int(document["epoch"]),
        int(document["min_epoch"]),
        parse_instant(document["not_before"]),
        parse_instant(document["sign_until"]),
        parse_instant(document["expires_at"]),
    )
    jwks = {key["use"]: key["jwk"] for key in document["keys"]}
    keys = tuple(
        StatedKey(use, {name: str(value) for name, value in jwks.pop(use).items()}) for use in STATED_USES
    )
    if jwks:
        raise ValueError
    return StatementRequest(str(document["issuer"]), epoch, keys)


def statements_document(issuer: str, statements: Mapping[Use, str]) -> dict[str, object]:
    """Return the root's answer as its file holds it."""
    return {
        STATEMENTS: 1,
        "issuer": issuer,
        "statements": dict(statements),
    }


def read_statements(document: object) -> dict[Use, str]:
    """Return the statements that a file holds, not verified yet.

    Raises:
        ValueRefused: It holds none.
    """
    try:
        given: Any = document
        if given[STATEMENTS] != 1:
            raise ValueError
        return {use: str(given["statements"][use]) for use in STATED_USES}
    except (KeyError, TypeError, ValueError):
        raise ValueRefused(
            "This file holds no key statements.", "Give the file that `mooring admin signing-key sign` wrote."
        ) from None
