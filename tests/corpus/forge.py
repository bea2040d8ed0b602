"""The forger's workshop: fixed keys and the means to write any document, right or wrong, the same each time.

Nothing here uses Mooring itself: the corpus says what a document is, not what the program makes of it.
"""

import base64
import hashlib
import json
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ISSUER = "https://licenses.example.com"
PRODUCT = "harbor-notes"
NOW = 1767323045  # 2026-01-02T03:04:05Z
DAY = 86400
HOUR = 3600
LIST_URI = f"{ISSUER}/v1/status-lists/1"


class Case(NamedTuple):
    """A document, and what a verifier must answer: nothing (``code`` None), or a reason at a stage."""

    kind: str
    name: str
    text: str
    about: str
    code: str | None = None
    why: str | None = None
    stage: str | None = None
    context: dict = {}  # noqa: RUF012 -- never changed
    frozen_only: bool = False  # its bytes depend on the zlib that made it

    @property
    def file(self):
        return f"documents/{self.kind}/{self.name}.txt"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value):
    """Return JSON as a signer writes it; bytes pass as they are, to forge what JSON could not say."""
    if isinstance(value, bytes):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def thumbprint(jwk):
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y") if name in jwk}
    return b64(hashlib.sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest())


def _seed(name):
    return hashlib.sha256(f"mooring corpus test key {name}".encode()).digest()


class Ed:
    """An Ed25519 key made from its name."""

    alg = "Ed25519"

    def __init__(self, name):
        self._key = Ed25519PrivateKey.from_private_bytes(_seed(name))
        self.jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64(self._key.public_key().public_bytes_raw())}
        self.secret_jwk = {**self.jwk, "d": b64(self._key.private_bytes_raw())}
        self.kid = thumbprint(self.jwk)

    def sign(self, message):
        return self._key.sign(message)


class Es:
    """A P-256 key made from its name; it signs as RFC 6979 says, the same each time."""

    alg = "ES256"

    def __init__(self, name):
        secret = int.from_bytes(_seed(name), "big")
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        point = self._key.public_key().public_numbers()
        x, y = (b64(each.to_bytes(32, "big")) for each in (point.x, point.y))
        self.jwk = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        self.secret_jwk = {**self.jwk, "d": b64(_seed(name))}
        self.kid = thumbprint(self.jwk)

    def sign(self, message):
        r, s = decode_dss_signature(
            self._key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        )
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


ROOT = Ed("root")
ISSUING = Ed("issuing")
LISTING = Ed("listing")
STRANGER = Ed("stranger")
INSTALLATION = Es("installation")
OTHER_INSTALLATION = Es("other installation")


def jws(header, payload, sign):
    """Return a compact JWS; ``sign`` takes the signing input."""
    signing_input = f"{b64(compact(header))}.{b64(compact(payload))}"
    return f"{signing_input}.{b64(sign(signing_input.encode()))}"


def without(members, name):
    return {key: value for key, value in members.items() if key != name}


def statement_claims(key=ISSUING, use="certificate", **changes):
    return {
        "ver": 1,
        "iss": ISSUER,
        "kid": key.kid,
        "jwk": key.jwk,
        "alg": key.alg,
        "use": use,
        "nbf": NOW - 30 * DAY,
        "sign_until": NOW + 150 * DAY,
        "exp": NOW + 365 * DAY,
        "epoch": 2,
        "min_epoch": 1,
        **changes,
    }


def statement_header(root=ROOT, **changes):
    return {"typ": "mooring-key-statement+jwt", "alg": root.alg, "kid": root.kid, **changes}


def statement(claims=None, header=None, signer=ROOT):
    return jws(
        statement_header() if header is None else header,
        statement_claims() if claims is None else claims,
        signer.sign,
    )


STATEMENT = statement()
LIST_STATEMENT = statement(statement_claims(LISTING, "status_list"))
