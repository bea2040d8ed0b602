"""An OpenID provider for tests without a network: what it answers is in a dictionary, by address."""

import json
import warnings
from base64 import urlsafe_b64encode

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from mooring.server.identity.domain.federation.refusals import ProviderUnavailable
from mooring.server.identity.integrations.fetching import Fetched

ISSUER = "https://id.example"
KEYS = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
}


def described(issuer=ISSUER, **changes):
    told = {
        "issuer": issuer,
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "https://id.example/token",
        "jwks_uri": "https://id.example/keys",
    }
    return {name: value for name, value in (told | changes).items() if value is not None}


def key_set(*algorithms):
    return {"keys": [KEYS[each].as_dict(private=False) for each in algorithms or KEYS]}


def signed(claims, algorithm="RS256", **header):
    header = {"alg": algorithm, "kid": KEYS[algorithm].kid} | header
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    with warnings.catch_warnings(action="ignore"):  # EdDSA is an old name
        return jws.serialize_compact(header, payload, KEYS[algorithm], registry=registry)


def unsigned(claims, **header):
    parts = (header, claims)
    return (
        ".".join(urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in parts) + "."
    )


class FakeFetcher:
    """Answers from ``answers``: a document, or a status and a document; nothing at all is an outage."""

    def __init__(self, **answers):
        self.answers = {
            f"{ISSUER}/.well-known/openid-configuration": described(),
            f"{ISSUER}/keys": key_set(),
        } | answers
        self.asked = []

    async def get(self, address, headers=None):
        self.asked.append((address, headers))
        return self._answer(address)

    async def post(self, address, form, headers):
        self.asked.append((address, dict(form), dict(headers)))
        return self._answer(address)

    def times(self, address):
        return sum(asked[0] == address for asked in self.asked)

    def _answer(self, address):
        answer = self.answers.get(address)
        if answer is None:
            raise ProviderUnavailable(f"{address} is away")
        return Fetched(*answer) if isinstance(answer, tuple) else Fetched(200, answer)
