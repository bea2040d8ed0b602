"""Certificates that are properly signed and yet prove nothing here: what they claim is wrong."""

from tests.corpus.certificates import certificate, claims, license_claim, refused
from tests.corpus.forge import ISSUER, LIST_URI, NOW, PRODUCT, compact


def cases():
    """Yield the cases of claims that no program may believe."""
    yield from _claims()


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
        yield refused(name, certificate(data), "properly signed, but not strict JSON", why, "claims")
    yield refused("version-2", certificate(claims(ver=2)), "a version to come", "version", "claims")
    yield refused("version-true", certificate(claims(ver=True)), "true is not 1", "claim_ver", "claims")
    yield refused(
        "issuer-other",
        certificate(claims(iss="https://evil.example")),
        "another publisher",
        "issuer",
        "claims",
    )
    yield refused(
        "issuer-slash", certificate(claims(iss=f"{ISSUER}/")), "almost the publisher", "issuer", "claims"
    )
    yield refused(
        "product-other",
        certificate(claims(aud="harbor-draw")),
        "another product of the publisher",
        "audience",
        "claims",
    )
    yield refused(
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
        yield refused(
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
        yield refused(
            f"claim-{name}",
            certificate(claims(**change)),
            f"{member} out of its bounds",
            f"claim_{member}",
            "claims",
        )
