"""An independent judge and maker of signed documents: joserfc, which shares no code with Mooring."""

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey


def _registry(alg):
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    registry.max_header_length = 8192
    return registry


def _key(jwk):
    return (OKPKey if jwk["kty"] == "OKP" else ECKey).import_key(dict(jwk))


def peer_read(text, jwk, alg):
    """Return header and payload of a document that the peer finds properly signed by the key ``jwk``."""
    document = jws.deserialize_compact(text, _key(jwk), registry=_registry(alg))
    return document.headers(), document.payload


def peer_sign(header, payload, jwk):
    """Return a document signed by the peer with the private key ``jwk``."""
    return jws.serialize_compact(header, payload, _key(jwk), registry=_registry(header["alg"]))


def peer_thumbprint(jwk):
    return _key(jwk).thumbprint()
