"""Making certificates: the publisher's side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mooring.core.certificate.chain import ALGORITHM
from mooring.core.certificate.kinds import CERTIFICATE_LIMIT, TYPES
from mooring.core.certificate.statement import unsafe_read_statement
from mooring.core.jose.compact import encode_part, sign_parts
from mooring.core.jose.encoding import compact_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from mooring.core.certificate.model import Certificate
    from mooring.core.jose.keys import SigningKey


class IssuingKey:
    """A key that signs certificates, or status lists, and the root's statement that it may.

    The statement is part of every header, so the header is written once, here.
    """

    __slots__ = ("_header_part", "_key", "_to_json", "statement", "statement_text")

    def __init__(
        self,
        signing_key: SigningKey,
        statement: str,
        *,
        to_json: Callable[[dict[str, Any]], bytes] = compact_json,
    ) -> None:
        """Join a key and its statement; ``to_json`` writes claims, for who has a faster way.

        Raises:
            ValueError: the statement is about another key, or about no use that we know.
            Untrusted: it is not a statement.
        """
        self._key = signing_key
        self._to_json = to_json
        self.statement_text = statement
        self.statement = unsafe_read_statement(statement)
        if self.statement.key != signing_key.public or self.statement.use not in TYPES:
            raise ValueError("the statement is about another key or use")
        self._header_part = encode_part(
            {
                "typ": TYPES[self.statement.use],
                "alg": ALGORITHM,
                "kid": self.statement.kid,
                "key_statement": statement,
            }
        )

    def sign(self, claims: dict[str, Any], *, issued_at: datetime, expires_at: datetime) -> str:
        """Return the signed document of ``claims``, which say these two times.

        Raises:
            ValueError: the statement does not cover them, so every device would refuse the document.
        """
        if not self.statement.covers(issued_at, expires_at):
            raise ValueError("the key's statement does not cover a document of these times")
        return sign_parts(self._header_part, self._to_json(claims), self._key)

    def __repr__(self) -> str:
        return f"<IssuingKey {self.statement.use} {self.statement.kid}>"


def issue_certificate(certificate: Certificate, key: IssuingKey) -> str:
    """Return ``certificate`` signed by ``key``.

    Raises:
        ValueError: the key may not sign certificates, or none of these times, or the result is longer
            than a device reads.
    """
    if key.statement.use != "certificate" or key.statement.issuer != certificate.issuer:
        raise ValueError("this key may not sign certificates of this issuer")
    text = key.sign(
        certificate.to_claims(), issued_at=certificate.issued_at, expires_at=certificate.expires_at
    )
    if len(text) > CERTIFICATE_LIMIT:
        raise ValueError("the certificate is longer than a device reads")
    return text
