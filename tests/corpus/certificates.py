"""Certificates: the good, and the forged, truncated, moved, expired and oversized."""

import hashlib
import hmac
import json

from tests.corpus.forge import (
    DAY,
    HOUR,
    INSTALLATION,
    ISSUER,
    ISSUING,
    LIST_URI,
    NOW,
    OTHER_INSTALLATION,
    PRODUCT,
    ROOT,
    STATEMENT,
    STRANGER,
    Case,
    b64,
    compact,
    jws,
    statement,
    statement_claims,
    without,
)

HARDWARE = {
    "board_serial": "qg7-",
    "system_uuid": "AAECAwQFBgcICQoLDA0ODw",
    "root_disk_serial": "k3Jd",
    "mac_addresses": ["Pq0x"],
    "cpu_id": "aB3_",
    "machine_id": "8PHy8_T19vf4-fr7_P3-_w",
    "root_filesystem_uuid": "EBESExQVFhcYGRobHB0eHw",
}
OTHER_HARDWARE = {
    "board_serial": "zzzz",
    "system_uuid": "oKGio6SlpqeoqaqrrK2urw",
    "root_disk_serial": "yyyy",
    "mac_addresses": ["xxxx"],
    "cpu_id": "aB3_",
    "machine_id": "wMHCw8TFxsfIycrLzM3Ozw",
    "root_filesystem_uuid": "0NHS09TV1tfY2drb3N3e3w",
}


def claims(**changes):
    return {
        "ver": 1,
        "iss": ISSUER,
        "aud": PRODUCT,
        "sub": "act_01kdy8e4980000000000000000",
        "iat": NOW,
        "nbf": NOW - 300,
        "renew_at": NOW + 15 * DAY,
        "grace_at": NOW + 22 * DAY + DAY // 2,
        "exp": NOW + 30 * DAY,
        "jti": "corpus-1",
        "seq": 3,
        "cnf": {"jkt": INSTALLATION.kid},
        "status": {"status_list": {"idx": 7, "uri": LIST_URI}},
        "installation": "ins_01kdy8e4980000000000000000",
        "device": {"id": "dev_01kdy8e4980000000000000000", "name": "amber-heron"},
        "license": license_claim(),
        "entitlements": ["export-pdf", "sync"],
        "hardware": {"v": 1, "tolerance": "standard", "components": HARDWARE},
        **changes,
    }


def license_claim(**changes):
    return {
        "id": "lic_01kdy8e4980000000000000000",
        "edition": "pro",
        "channel": "retail",
        "method": "digital_license",
        "linked": True,
        "holder": {"masked": "m•••@o•••.example", "provider": "microsoft"},
        "last_five": "8XKQ2",
        "expires_at": None,
        "can_move": {"allowed": True, "left": 4, "next_at": None},
        **changes,
    }


def header(**changes):
    return {
        "typ": "mooring-certificate+jwt",
        "alg": "Ed25519",
        "kid": ISSUING.kid,
        "key_statement": STATEMENT,
        **changes,
    }


def certificate(payload=None, head=None, signer=ISSUING):
    return jws(header() if head is None else head, claims() if payload is None else payload, signer.sign)


GOOD = certificate()


def cases():
    """Yield every case, in the order in which a certificate is judged."""
    yield from _good()
    yield from _form()
    yield from _header()
    yield from _signature()
    yield from _claims()
    yield from _times()
    yield from _place()
    yield from _two_faults()


def _case(name, text, about, why, stage, **context):
    return Case("certificates", name, text, about, "certificate_invalid", why, stage, context)


def _good():
    def good(name, text, about, **context):
        return Case("certificates", name, text, about, context=context)

    yield good("good", GOOD, "a certificate as the server issues it")
    yield good(
        "good-unknown-members",
        certificate(claims(later={"a": [1]}), header(later=1)),
        "members of later versions are ignored",
    )
    unlinked = without(license_claim(linked=False, last_five=None, can_move=None), "holder")
    yield good("good-unlinked", certificate(claims(license=unlinked)), "a license without holder or key")
    yield good("good-last-second", GOOD, "one second before its end", at=NOW + 30 * DAY - 1)
    yield good("good-slow-clock", GOOD, "a clock 24 hours slow is tolerated", at=NOW - DAY)
    yield good("good-epoch-remembered", GOOD, "its epoch is the lowest still believed", min_epoch=2)
    yield good(
        "good-old-list",
        GOOD,
        "a list older than the certificate says nothing of it",
        status="good-older-revoking",
    )
    yield good(
        "good-other-list",
        GOOD,
        "another certificate's list says nothing of it",
        status="good-elsewhere-revoking",
    )
    yield good(
        "good-new-disk",
        GOOD,
        "one new disk leaves the computer the same",
        hardware={**HARDWARE, "root_disk_serial": "yyyy"},
    )


def _form():
    head, body, signature = GOOD.split(".")
    yield _case(
        "too-long", certificate(claims(padding="x" * 12_000)), "more than 16 KiB", "too_long", "length"
    )
    yield _case(
        "too-long-truncated",
        certificate(claims(padding="x" * 20_000))[:16_385],
        "one character more than is read",
        "too_long",
        "length",
    )
    yield _case("empty", "", "nothing at all", "malformed", "header")
    yield _case("two-parts", f"{head}.{body}", "the signature cut off", "malformed", "header")
    yield _case("four-parts", f"{GOOD}.{signature}", "a part too many", "malformed", "header")
    flattened = {"protected": head, "payload": body, "signature": signature}
    yield _case(
        "json-serialization", json.dumps(flattened), "the other serialization of JWS", "malformed", "header"
    )
    yield _case("truncated-one-symbol", GOOD[:-1], "the last symbol lost", "encoding", "header")
    yield _case(
        "truncated-ten-symbols",
        GOOD[:-10],
        "the end lost: still base64url, no longer a signature",
        "signature",
        "signature",
    )
    yield _case("padded", f"{GOOD}==", "base64 padding", "encoding", "header")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = GOOD[:-1] + last[last.index(GOOD[-1]) + 1]
    yield _case("second-spelling", twin, "the same signature with a stray trailing bit", "encoding", "header")
    yield _case(
        "other-alphabet",
        f"{head}.{body}.{signature[:-4]}+/{signature[-2:]}",
        "the alphabet of plain base64",
        "encoding",
        "header",
    )
    yield _case("line-break", f"{head}.\n{body}.{signature}", "a line break inside", "encoding", "header")
    yield _case(
        "not-ascii",
        f"{head}.{body}.{signature[:-1]}é",
        "a letter that base64url has not",
        "encoding",
        "header",
    )
    for name, data, why in (
        ("header-text", b"certificate", "json"),
        ("header-array", b'["Ed25519"]', "json"),
        ("header-empty", b"", "json"),
        ("header-nan", compact(header())[:-1] + b',"n":NaN}', "json"),
        ("header-twice-alg", compact(header())[:-1] + b',"alg":"Ed25519"}', "duplicate_member"),
    ):
        yield _case(name, certificate(head=data), "a header that is not strict JSON", why, "header")


def _header():
    yield _case(
        "alg-none",
        f"{b64(compact(header(alg='none')))}.{GOOD.split('.')[1]}.",
        "no signature wanted",
        "alg",
        "header",
    )
    confused = jws(
        header(alg="HS256"), claims(), lambda data: hmac.digest(compact(ISSUING.jwk), data, hashlib.sha256)
    )
    yield _case("alg-hmac", confused, "keyed with the public key", "alg", "header")
    for alg in ("EdDSA", "ES256", "ed25519", "Ed448"):
        yield _case(
            f"alg-{alg}",
            certificate(head=header(alg=alg)).strip(),
            f"alg {alg} is not the one named by RFC 9864",
            "alg",
            "header",
        )
    yield _case("alg-missing", certificate(head=without(header(), "alg")), "no alg", "alg", "header")
    for name, typ in (("jwt", "JWT"), ("statement", "mooring-key-statement+jwt"), ("list", "statuslist+jwt")):
        yield _case(
            f"typ-{name}", certificate(head=header(typ=typ)), "a document of another type", "typ", "header"
        )
    yield _case("typ-missing", certificate(head=without(header(), "typ")), "no typ", "typ", "header")
    for name, value in (
        ("crit", ["exp"]),
        ("b64", False),
        ("jwk", STRANGER.jwk),
        ("jku", "https://evil.example/keys"),
        ("x5u", "https://evil.example/chain"),
        ("x5c", ["MIIB"]),
        ("x5t#S256", "AAAA"),
    ):
        yield _case(
            f"header-{name.partition('#')[0]}",
            certificate(head=header(**{name: value})),
            f"{name} steers its own judge",
            "forbidden_header",
            "header",
        )
    yield _case(
        "statement-missing",
        certificate(head=without(header(), "key_statement")),
        "nobody vouches for the key",
        "key_statement",
        "header",
    )
    yield _case(
        "statement-number",
        certificate(head=header(key_statement=7)),
        "a statement that is no text",
        "key_statement",
        "header",
    )
    yield _case(
        "kid-other",
        certificate(head=header(kid=STRANGER.kid)),
        "the header names another key than the stated one",
        "kid",
        "statement",
    )
    yield _case(
        "kid-missing",
        certificate(head=without(header(), "kid")),
        "the header names no key",
        "kid",
        "statement",
    )


def _signature():
    head, body, signature = GOOD.split(".")
    seats = b64(compact(claims(entitlements=["export-pdf", "sync", "everything"])))
    yield _case(
        "payload-changed",
        f"{head}.{seats}.{signature}",
        "an entitlement added after signing",
        "signature",
        "signature",
    )
    yield _case(
        "payload-spelled-anew",
        f"{head}.{b64(json.dumps(claims()).encode())}.{signature}",
        "the same claims in other bytes",
        "signature",
        "signature",
    )
    yield _case(
        "header-spelled-anew",
        f"{b64(compact(dict(reversed(header().items()))))}.{body}.{signature}",
        "the same header in another order",
        "signature",
        "signature",
    )
    other = certificate(claims(jti="corpus-2")).split(".")[2]
    yield _case(
        "signature-of-another",
        f"{head}.{body}.{other}",
        "the signature of another certificate",
        "signature",
        "signature",
    )
    yield _case("signature-zero", f"{head}.{body}.{b64(bytes(64))}", "64 zeros", "signature", "signature")
    yield _case("signature-empty", f"{head}.{body}.", "an empty signature", "signature", "signature")
    yield _case("signature-longer", f"{head}.{body}.{b64(bytes(96))}", "96 bytes", "signature", "signature")
    yield _case(
        "signed-by-stranger",
        certificate(signer=STRANGER),
        "signed by a key nobody vouches for",
        "signature",
        "signature",
    )
    yield _case(
        "signed-by-root",
        certificate(signer=ROOT),
        "signed by the root, which only states keys",
        "signature",
        "signature",
    )


def _claims():
    for name, data, why in (
        ("claims-array", b"[1]", "json"),
        ("claims-not-utf8", b'{"ver":1,"iss":"\xff"}', "json"),
        ("claims-infinite", b'{"ver":1,"seq":1e999}', "json"),
        ("claims-deep", b'{"ver":' + b"[" * 17 + b"]" * 17 + b"}", "json"),
        ("claims-half-surrogate", b'{"ver":1,"iss":"\\ud800"}', "json"),
        ("claims-twice", compact(claims())[:-1] + b',"seq":4}', "duplicate_member"),
        (
            "claims-twice-inside",
            compact(claims()).replace(b'"idx":7', b'"idx":8,"idx":7'),
            "duplicate_member",
        ),
    ):
        yield _case(name, certificate(data), "properly signed, but not strict JSON", why, "claims")
    yield _case("version-2", certificate(claims(ver=2)), "a version to come", "version", "claims")
    yield _case("version-true", certificate(claims(ver=True)), "true is not 1", "claim_ver", "claims")
    yield _case(
        "issuer-other",
        certificate(claims(iss="https://evil.example")),
        "another publisher",
        "issuer",
        "claims",
    )
    yield _case(
        "issuer-slash", certificate(claims(iss=f"{ISSUER}/")), "almost the publisher", "issuer", "claims"
    )
    yield _case(
        "product-other",
        certificate(claims(aud="harbor-draw")),
        "another product of the publisher",
        "audience",
        "claims",
    )
    yield _case(
        "product-several", certificate(claims(aud=[PRODUCT])), "a list of products", "audience", "claims"
    )
    wrong = {
        "sub": None,
        "iat": 1767323045.0,
        "exp": "2026-02-01T03:04:05Z",
        "nbf": NOW,
        "renew_at": -1,
        "grace_at": 2**60,
        "jti": "",
        "seq": "3",
        "cnf": {},
        "status": None,
        "installation": 7,
        "device": "amber-heron",
        "license": [],
        "entitlements": "sync",
        "hardware": None,
    }
    members = {"cnf": "cnf.jkt"}
    for name, value in wrong.items():
        yield _case(
            f"claim-{name}",
            certificate(claims(**{name: value})),
            f"{name} of the wrong type or form",
            f"claim_{members.get(name, name)}",
            "claims",
        )
    inner = {
        "seq-zero": ({"seq": 0}, "seq"),
        "seq-true": ({"seq": True}, "seq"),
        "index-negative": (
            {"status": {"status_list": {"idx": -1, "uri": LIST_URI}}},
            "status.status_list.idx",
        ),
        "device-name-escape": ({"device": {"id": "dev_1", "name": "\u001b[2J"}}, "device.name"),
        "linked-text": ({"license": license_claim(linked="yes")}, "license.linked"),
        "license-end-local": (
            {"license": license_claim(expires_at="2026-02-01T03:04:05")},
            "license.expires_at",
        ),
        "moves-negative": (
            {"license": license_claim(can_move={"allowed": True, "left": -1})},
            "license.can_move.left",
        ),
        "entitlements-65": ({"entitlements": [f"e{n}" for n in range(65)]}, "entitlements"),
        "entitlement-49-bytes": ({"entitlements": ["é" * 24 + "x"]}, "entitlements"),
        "hardware-v2": ({"hardware": {"v": 2, "tolerance": "standard", "components": {}}}, "hardware"),
        "hardware-long-hash": (
            {"hardware": {"v": 1, "tolerance": "standard", "components": {"cpu_id": "aB3_aB3_"}}},
            "hardware",
        ),
    }
    for name, (change, member) in inner.items():
        yield _case(
            f"claim-{name}",
            certificate(claims(**change)),
            f"{member} out of its bounds",
            f"claim_{member}",
            "claims",
        )


def _times():
    def stated(**changes):
        return header(key_statement=statement(statement_claims(**changes)))

    yield _case(
        "times-renew-after-grace",
        certificate(claims(renew_at=NOW + 23 * DAY)),
        "to be renewed after it warns",
        "times",
        "times",
    )
    yield _case(
        "times-grace-after-end",
        certificate(claims(grace_at=NOW + 31 * DAY)),
        "warns after its end",
        "times",
        "times",
    )
    yield _case(
        "times-ends-at-once",
        certificate(claims(renew_at=NOW, grace_at=NOW, exp=NOW)),
        "ends when it begins",
        "times",
        "times",
    )
    yield _case(
        "key-not-yet",
        certificate(head=stated(nbf=NOW + 1)),
        "issued before its key was stated to sign",
        "statement_window",
        "times",
    )
    yield _case(
        "key-no-longer",
        certificate(head=stated(sign_until=NOW - 1)),
        "issued after its key was to stop",
        "statement_window",
        "times",
    )
    yield _case(
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
    yield _case(
        "moved-to-another-key",
        GOOD,
        "copied to another installation",
        "installation",
        "installation",
        jkt=OTHER_INSTALLATION.kid,
    )
    stolen = certificate(claims(cnf={"jkt": OTHER_INSTALLATION.kid}))
    yield _case(
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
    yield _case("first-length", "x" * 16_385, "too long, and no certificate", "too_long", "length")
    yield _case(
        "first-header",
        certificate(head=header(alg="EdDSA", key_statement="x")),
        "wrong header, wrong statement",
        "alg",
        "header",
    )
    yield _case(
        "first-statement",
        certificate(head=header(key_statement=statement(signer=STRANGER)), signer=STRANGER),
        "wrong statement, wrong signature",
        "statement_signature",
        "statement",
    )
    yield _case(
        "first-signature",
        certificate(claims(aud="harbor-draw"), signer=STRANGER),
        "wrong signature, wrong product",
        "signature",
        "signature",
    )
    yield _case(
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
    yield _case(
        "first-installation",
        GOOD,
        "another key, another computer",
        "installation",
        "installation",
        **moved,
        hardware=OTHER_HARDWARE,
    )
    yield _case(
        "clock-before-key",
        certificate(head=header(key_statement=statement(statement_claims(nbf=NOW + HOUR)))),
        "a key stated too late, a clock behind",
        "statement_window",
        "times",
        at=NOW - 2 * DAY,
    )
