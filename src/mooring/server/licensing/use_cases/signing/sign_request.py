"""Sign a request for key statements, on the computer that keeps the root key; needs no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.certificate.statement import state_key
from mooring.core.jose.encoding import MalformedJose
from mooring.server.licensing.domain.obstacles import ValueRefused

if TYPE_CHECKING:
    from mooring.core.certificate.statement import Use
    from mooring.core.jose.keys import SigningKey
    from mooring.server.licensing.domain.statement_request import StatementRequest


def sign_request(request: StatementRequest, root: SigningKey) -> dict[Use, str]:
    """Return the root's statement for each use that ``request`` names.

    Raises:
        ValueRefused: A key in the request is not one, or its times or epochs are out of order.
    """
    epoch = request.epoch
    try:
        return {
            key.use: state_key(
                root,
                issuer=request.issuer,
                public_jwk=key.jwk,
                use=key.use,
                not_before=epoch.not_before,
                sign_until=epoch.sign_until,
                expires_at=epoch.expires_at,
                epoch=epoch.number,
                min_epoch=epoch.min_epoch,
            )
            for key in request.keys
        }
    except (MalformedJose, ValueError):
        raise ValueRefused(
            "The request cannot be stated: it was changed or damaged.", "Make a new request."
        ) from None
