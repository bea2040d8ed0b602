"""ID tokens for tests: what honest providers say, and ways to change it."""

from datetime import timedelta

from mooring.server.identity.domain.federation.id_token import Expected, ProviderKey, judge_claims
from mooring.server.identity.domain.federation.issuers import ExactIssuer, MicrosoftIssuers
from tests.support.certificates import AT

BASE = "https://login.microsoftonline.com"
TEMPLATE = f"{BASE}/{{tenantid}}/v2.0"
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
CONTOSO, EVIL = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490", "66666666-6666-4666-8666-666666666666"
MIAS_OBJECT = "00000000-0000-0000-66f3-3332eca7ea81"
GOOGLE = "https://accounts.google.com"
CLIENT_ID, NONCE = "mooring", "a nonce"
EXACT = ExactIssuer(GOOGLE)
COMMON = MicrosoftIssuers(TEMPLATE)
RSA = ProviderKey({"kty": "RSA", "kid": "1", "use": "sig"})
EXPECTED = Expected(CLIENT_ID, NONCE, None)


def seconds(at=AT, **later):
    return int((at + timedelta(**later)).timestamp())


def openid_claims(**changes):
    claims = {
        "iss": GOOGLE,
        "sub": "110169484474386276334",
        "aud": CLIENT_ID,
        "nonce": NONCE,
        "iat": seconds(),
        "exp": seconds(hours=1),
    }
    return _changed(claims, changes)


def microsoft_claims(**changes):
    tenant = changes.get("tid", PERSONAL)
    claims = openid_claims(
        iss=f"{BASE}/{tenant}/v2.0",
        sub="pairwise",
        tid=tenant,
        oid=MIAS_OBJECT,
        preferred_username="mia@a.example",
    )
    return _changed(claims, changes)


def _changed(claims, changes):
    """Return ``claims`` with ``changes``; what is None is left out."""
    return {name: value for name, value in (claims | changes).items() if value is not None}


def judged(claims, *, issuers=EXACT, key=RSA, algorithm="RS256", expected=EXPECTED, at=AT):
    return judge_claims(claims, algorithm=algorithm, key=key, issuers=issuers, expected=expected, at=at)
