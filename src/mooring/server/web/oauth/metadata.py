"""The server's description of itself for OAuth clients (RFC 8414)."""

from typing import Any, Final

from mooring.server.identity.domain.authorization.clients import SCOPE

DEVICE_CODE: Final = "urn:ietf:params:oauth:grant-type:device_code"
AUTHORIZATION_CODE: Final = "authorization_code"
REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105 - the name of a grant type

METADATA: Final = "/.well-known/oauth-authorization-server"
DEVICE_AUTHORIZATION: Final = "/oauth/device_authorization"
AUTHORIZE: Final = "/oauth/authorize"
TOKEN: Final = "/oauth/token"  # noqa: S105 - an address
REVOKE: Final = "/oauth/revoke"
INTROSPECT: Final = "/oauth/introspect"


def metadata(base: str) -> dict[str, Any]:
    """Return the description of the server that is reached at ``base``."""
    return {
        "issuer": base,
        "authorization_endpoint": base + AUTHORIZE,
        "token_endpoint": base + TOKEN,
        "device_authorization_endpoint": base + DEVICE_AUTHORIZATION,
        "revocation_endpoint": base + REVOKE,
        "introspection_endpoint": base + INTROSPECT,
        "scopes_supported": [SCOPE],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "introspection_endpoint_auth_methods_supported": ["Bearer"],
        "dpop_signing_alg_values_supported": ["ES256"],
        "authorization_response_iss_parameter_supported": True,
        "prompt_values_supported": ["create"],
        "service_documentation": base + "/openapi.json",
    }
