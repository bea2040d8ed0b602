"""The chain of trust: from a pinned root, over the key it states, to a document that this key signed."""

from __future__ import annotations

from typing import Any, NamedTuple

from mooring.core.certificate.statement import KeyStatement, Untrusted, Use, verify_statement
from mooring.core.jose.compact import check_header, read_compact
from mooring.core.jose.encoding import MalformedJose, strict_json
from mooring.core.jose.keys import BadSignature, PublicKey

ALGORITHM = "Ed25519"
"""The one algorithm of issuing keys (RFC 9864)."""


class Trust(NamedTuple):
    """Whom a program believes, and about what: from its descriptor and its memory."""

    issuer: str
    product: str
    roots: tuple[PublicKey, ...]
    min_epoch: int = 0
    """The highest ``min_epoch`` of any statement believed so far."""


def verify_chain(
    text: str, trust: Trust, *, typ: str, use: Use, limit: int
) -> tuple[dict[str, Any], KeyStatement]:
    """Return the claims of the document ``text``, if the chain reaches it, and the statement on its way.

    The order is length, header, statement, signature: no claim is read before the signature holds.

    Raises:
        Untrusted: with ``why``, the first of these that fails: ``too_long``, ``malformed``,
            ``encoding``, ``json``, ``duplicate_member``, ``typ``, ``alg``, ``forbidden_header``,
            ``key_statement`` (missing), any of ``verify_statement``, ``kid`` (not the stated key's),
            ``signature``, and for the claims ``json`` or ``duplicate_member`` again.
    """
    try:
        jws = read_compact(text, limit=limit)
        check_header(jws.header, typ=typ, alg=ALGORITHM)
        stated = jws.header.get("key_statement")
        if not isinstance(stated, str):
            raise Untrusted("key_statement")
        statement = verify_statement(
            stated, roots=trust.roots, issuer=trust.issuer, use=use, min_epoch=trust.min_epoch
        )
        if jws.header.get("kid") != statement.kid:
            raise Untrusted("kid")
        statement.key.verify(jws.signature, jws.signing_input)
        return strict_json(jws.payload), statement
    except MalformedJose as error:
        raise Untrusted(error.why) from None
    except BadSignature:
        raise Untrusted("signature") from None
