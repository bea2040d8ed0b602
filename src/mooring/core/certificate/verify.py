"""Judging a certificate: the one place where its text becomes a proof.

The checks run in a fixed order and the first that fails names the refusal: length, header, statement,
signature, version, issuer and product, times, status list, installation, hardware.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.core.certificate.chain import Trust, verify_chain
from mooring.core.certificate.clock import require_clock
from mooring.core.certificate.kinds import CERTIFICATE_LIMIT, CERTIFICATE_TYPE, INVALID, SUSPENDED
from mooring.core.certificate.model import VERSION, Certificate
from mooring.core.certificate.statement import KeyStatement, Untrusted
from mooring.core.hardware.matching import Verdict, continuity
from mooring.core.jose.members import Members, WrongMember
from mooring.core.refusals import (
    CertificateExpired,
    CertificateInvalid,
    HardwareChanged,
    LicenseRevoked,
    LicenseSuspended,
)

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.certificate.status_list import StatusList
    from mooring.core.hardware.profile import HardwareProfile

__all__ = ["Trust", "VerifiedCertificate", "verify_certificate"]


class VerifiedCertificate(NamedTuple):
    """A certificate that passed every check asked for, the statement behind it, and its exact text."""

    certificate: Certificate
    statement: KeyStatement
    text: str


def verify_certificate(
    text: str,
    trust: Trust,
    *,
    jkt: str | None,
    status: StatusList | None,
    hardware: HardwareProfile | None,
    at: datetime | None,
) -> VerifiedCertificate:
    """Return the certificate that ``text`` is, or refuse it.

    Each argument that is None leaves its check out, which only the caller can justify: a server renews a
    certificate that has ended, and a certificate shown to a third party says that it is genuine, not who
    sent it.

    Args:
        text: the certificate, as it was received.
        trust: the issuer, product and roots of the program's descriptor, and the epoch it remembers.
        jkt: the thumbprint of the installation's public key.
        status: the verified status list that this computer holds. One of another address, or issued before
            the certificate, says nothing about it.
        hardware: the profile of this computer.
        at: the time now.

    Raises:
        CertificateInvalid: ``why`` is one of ``verify_chain``'s, ``version``, ``issuer``, ``audience``,
            ``claim_<name>``, ``times`` (not in order), ``statement_window`` (the key might not sign for
            these times) or ``installation``.
        ClockWrong: ``at`` is more than 24 hours before the certificate was issued.
        CertificateExpired: ``at`` is its end, or later.
        LicenseRevoked: ``status`` says invalid.
        LicenseSuspended: ``status`` says suspended.
        HardwareChanged: ``hardware`` is another computer's, or changed too much.
    """
    try:
        claims, statement = verify_chain(
            text, trust, typ=CERTIFICATE_TYPE, use="certificate", limit=CERTIFICATE_LIMIT
        )
        certificate = _read(claims, trust)
    except Untrusted as error:
        raise CertificateInvalid(error.why) from None
    _check_times(certificate, statement, at)
    if status is not None:
        _check_status(certificate, status)
    if jkt is not None and certificate.jkt != jkt:
        raise CertificateInvalid("installation")
    if hardware is not None:
        comparison = continuity(certificate.hardware, hardware, certificate.tolerance)
        if comparison.verdict is not Verdict.SAME:
            raise HardwareChanged(comparison.differs)
    return VerifiedCertificate(certificate, statement, text)


def _read(claims: dict[str, Any], trust: Trust) -> Certificate:
    """Return the claims as a certificate, once they say that they are meant for this program."""
    try:
        if Members(claims).number("ver") != VERSION:
            raise Untrusted("version")
        if claims.get("iss") != trust.issuer:
            raise Untrusted("issuer")
        if claims.get("aud") != trust.product:
            raise Untrusted("audience")
        return Certificate.from_claims(claims)
    except WrongMember as error:
        raise Untrusted(f"claim_{error.member}") from None


def _check_times(certificate: Certificate, statement: KeyStatement, at: datetime | None) -> None:
    issued_at, renew_at, grace_at, expires_at = certificate[3:7]
    if not (issued_at <= renew_at <= grace_at <= expires_at and issued_at < expires_at):
        raise CertificateInvalid("times")
    if not statement.covers(issued_at, expires_at):
        raise CertificateInvalid("statement_window")
    if at is None:
        return
    require_clock(at, issued_at)
    if at >= expires_at:
        raise CertificateExpired(expires_at)


def _check_status(certificate: Certificate, status: StatusList) -> None:
    # An index is used again after its certificate's end, and a suspension may be lifted by a renewal: only a
    # list at least as young as the certificate speaks of it.
    if status.uri != certificate.status_list.uri or status.issued_at < certificate.issued_at:
        return
    entry = status.get(certificate.status_list.idx)
    if entry == INVALID:
        raise LicenseRevoked
    if entry == SUSPENDED:
        raise LicenseSuspended
