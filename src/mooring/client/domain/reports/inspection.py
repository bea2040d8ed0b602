"""Inspecting a certificate: everything it says in plain words, and whether the publisher said it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.client.domain.errors import ENGLISH, Refused, Voice
from mooring.core.certificate.kinds import CERTIFICATE_LIMIT
from mooring.core.certificate.model import Certificate
from mooring.core.certificate.verify import verify_certificate
from mooring.core.instants import format_instant
from mooring.core.jose.compact import read_compact
from mooring.core.jose.encoding import MalformedJose, strict_json
from mooring.core.jose.members import WrongMember
from mooring.core.refusals import CertificateInvalid

if TYPE_CHECKING:
    from mooring.core.certificate.chain import Trust


class Inspection(NamedTuple):
    """What a certificate says.

    Attributes:
        genuine: whether the publisher of the descriptor made it. If not, believe nothing that follows.
        why: which check failed, where it is not genuine.
        header: the header without the key statement.
        statement: what the root key says of the key that signed.
        claims: the claims as they stand in the certificate.
        certificate: the same claims, typed, where they can be read.
        voice: how to say why it is not genuine.
    """

    genuine: bool
    why: str | None
    header: dict[str, Any]
    statement: dict[str, Any] | None
    claims: dict[str, Any]
    certificate: Certificate | None
    voice: Voice = ENGLISH

    def plain_words(self) -> tuple[tuple[str, str], ...]:
        """Return the claims as pairs of a label and a value, for people."""
        held = self.certificate
        if held is None:
            return ()
        terms = held.license
        words = {
            "Publisher": held.issuer,
            "Product": held.product,
            "Edition": terms.edition,
            "License": f"{terms.id} ({terms.channel})",
            "Activated with": terms.method.replace("_", " "),
            "Linked": terms.holder.masked if terms.holder else ("yes" if terms.linked else "no"),
            "Features": ", ".join(held.entitlements) or "none",
            "Device": f"{held.device_name} ({held.device_id})",
            "Installation": held.installation_id,
            "Activation": held.activation,
            "Number in its sequence": str(held.sequence),
            "Issued": format_instant(held.issued_at),
            "Renewed from": format_instant(held.renew_at),
            "Warns from": format_instant(held.grace_at),
            "Ends": format_instant(held.expires_at),
            "License ends": format_instant(terms.expires_at) if terms.expires_at else "never",
            "Hardware": f"{', '.join(held.hardware.groups) or 'none'} (weight {held.hardware.weight})",
            "Hardware tolerance": held.tolerance.value,
            "Status list": f"{held.status_list.uri}, entry {held.status_list.idx}",
        }
        return tuple(words.items())

    def to_document(self) -> dict[str, object]:
        """Return the inspection as `certificate inspect --json` prints it: if not genuine, a refusal."""
        refusal: dict[str, object] = {}
        if self.why is not None:
            refused = Refused(CertificateInvalid.code, {"why": self.why})
            refused.voice = self.voice
            refusal = refused.to_document()
        return refusal | {
            "genuine": self.genuine,
            "why": self.why,
            "header": self.header,
            "key_statement": self.statement,
            "claims": self.claims,
        }


def inspect_certificate(text: str, trust: Trust, voice: Voice = ENGLISH) -> Inspection:
    """Return what the certificate ``text`` says, genuine or not, ended or not.

    Raises:
        CertificateInvalid: it is no compact JWS at all.
    """
    try:
        jws = read_compact(text.strip(), limit=CERTIFICATE_LIMIT)
        claims = strict_json(jws.payload)
    except MalformedJose as error:
        raise CertificateInvalid(error.why) from None
    why = _why_not_genuine(text.strip(), trust)
    header = dict(jws.header)
    return Inspection(
        genuine=why is None,
        why=why,
        statement=_statement(header.pop("key_statement", None)),
        header=header,
        claims=claims,
        certificate=_typed(claims),
        voice=voice,
    )


def _why_not_genuine(text: str, trust: Trust) -> str | None:
    try:
        verify_certificate(text, trust, jkt=None, status=None, hardware=None, at=None)
    except CertificateInvalid as refusal:
        return refusal.why
    return None


def _statement(text: object) -> dict[str, Any] | None:
    try:
        return (
            strict_json(read_compact(text, limit=CERTIFICATE_LIMIT).payload)
            if isinstance(text, str)
            else None
        )
    except MalformedJose:
        return None


def _typed(claims: dict[str, Any]) -> Certificate | None:
    try:
        return Certificate.from_claims(claims)
    except (WrongMember, TypeError):
        return None
