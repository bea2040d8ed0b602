"""Good certificates at the wrong time or place: ended, taken back, moved; and two faults at once."""

from tests.corpus.certificates import GOOD, OTHER_HARDWARE, certificate, claims, header, refused
from tests.corpus.forge import DAY, HOUR, NOW, OTHER_INSTALLATION, STRANGER, Case, statement, statement_claims


def cases():
    """Yield the cases in the order in which a certificate is judged, after its claims."""
    yield from _times()
    yield from _place()
    yield from _two_faults()


def _times():
    def stated(**changes):
        return header(key_statement=statement(statement_claims(**changes)))

    yield refused(
        "times-renew-after-grace",
        certificate(claims(renew_at=NOW + 23 * DAY)),
        "to be renewed after it warns",
        "times",
        "times",
    )
    yield refused(
        "times-grace-after-end",
        certificate(claims(grace_at=NOW + 31 * DAY)),
        "warns after its end",
        "times",
        "times",
    )
    yield refused(
        "times-ends-at-once",
        certificate(claims(renew_at=NOW, grace_at=NOW, exp=NOW)),
        "ends when it begins",
        "times",
        "times",
    )
    yield refused(
        "key-not-yet",
        certificate(head=stated(nbf=NOW + 1)),
        "issued before its key was stated to sign",
        "statement_window",
        "times",
    )
    yield refused(
        "key-no-longer",
        certificate(head=stated(sign_until=NOW - 1)),
        "issued after its key was to stop",
        "statement_window",
        "times",
    )
    yield refused(
        "key-outlived",
        certificate(claims(exp=NOW + 365 * DAY + 1)),
        "ends after its key's statement",
        "statement_window",
        "times",
    )
    yield Case(
        "certificates",
        "expired",
        GOOD,
        "at the second of its end",
        "certificate_expired",
        None,
        "times",
        {"at": NOW + 30 * DAY},
    )
    yield Case(
        "certificates",
        "expired-long-ago",
        GOOD,
        "a year later",
        "certificate_expired",
        None,
        "times",
        {"at": NOW + 365 * DAY},
    )
    yield Case(
        "certificates",
        "clock-behind",
        GOOD,
        "24 hours and a second before it was issued",
        "clock_wrong",
        None,
        "times",
        {"at": NOW - DAY - 1},
    )


def _place():
    for status in ("revoked", "suspended"):
        yield Case(
            "certificates",
            status,
            GOOD,
            f"the list says {status}",
            f"license_{status}",
            None,
            "status_list",
            {"status": f"good-{status}"},
        )
    yield refused(
        "moved-to-another-key",
        GOOD,
        "copied to another installation",
        "installation",
        "installation",
        jkt=OTHER_INSTALLATION.kid,
    )
    stolen = certificate(claims(cnf={"jkt": OTHER_INSTALLATION.kid}))
    yield refused(
        "replayed-of-another-key",
        stolen,
        "another installation's certificate",
        "installation",
        "installation",
    )
    yield Case(
        "certificates",
        "moved-to-another-computer",
        GOOD,
        "the whole home copied to another computer",
        "hardware_changed",
        None,
        "hardware",
        {"hardware": OTHER_HARDWARE},
    )
    yield Case(
        "certificates",
        "hardware-hidden",
        GOOD,
        "a computer that shows nothing",
        "hardware_changed",
        None,
        "hardware",
        {"hardware": {}},
    )


def _two_faults():
    """Each document is wrong at two neighboring stages: the earlier one must be named."""
    late = {"at": NOW + 40 * DAY}
    moved = {"jkt": OTHER_INSTALLATION.kid}
    yield refused("first-length", "x" * 16_385, "too long, and no certificate", "too_long", "length")
    yield refused(
        "first-header",
        certificate(head=header(alg="EdDSA", key_statement="x")),
        "wrong header, wrong statement",
        "alg",
        "header",
    )
    yield refused(
        "first-statement",
        certificate(head=header(key_statement=statement(signer=STRANGER)), signer=STRANGER),
        "wrong statement, wrong signature",
        "statement_signature",
        "statement",
    )
    yield refused(
        "first-signature",
        certificate(claims(aud="harbor-draw"), signer=STRANGER),
        "wrong signature, wrong product",
        "signature",
        "signature",
    )
    yield refused(
        "first-product",
        certificate(claims(aud="harbor-draw")),
        "wrong product, and ended",
        "audience",
        "claims",
        **late,
    )
    yield Case(
        "certificates",
        "first-times",
        GOOD,
        "ended, and revoked",
        "certificate_expired",
        None,
        "times",
        {**late, "status": "good-revoked"},
    )
    yield Case(
        "certificates",
        "first-list",
        GOOD,
        "revoked, and moved",
        "license_revoked",
        None,
        "status_list",
        {**moved, "status": "good-revoked"},
    )
    yield refused(
        "first-installation",
        GOOD,
        "another key, another computer",
        "installation",
        "installation",
        **moved,
        hardware=OTHER_HARDWARE,
    )
    yield refused(
        "clock-before-key",
        certificate(head=header(key_statement=statement(statement_claims(nbf=NOW + HOUR)))),
        "a key stated too late, a clock behind",
        "statement_window",
        "times",
        at=NOW - 2 * DAY,
    )
