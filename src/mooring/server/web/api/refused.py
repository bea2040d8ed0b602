"""What many requests may be refused with, for the tables of routes."""

from typing import Final

ANY: Final = ("invalid_request", "sign_in_required", "service_unavailable")
BODY: Final = ("payload_too_large",)
PROOF: Final = ("device_proof_invalid", "rate_limited")
LICENSE: Final = ("license_suspended", "license_revoked", "license_expired")
