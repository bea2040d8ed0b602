"""Passkeys by the library ``webauthn``: the options of a ceremony, and the judgment of its answer."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json, parse_registration_credential_json
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.identity.ports.passkey_ceremonies import NewPasskey, PasskeyClaim, PasskeyUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.identity.domain.credentials.passkey import Passkey

LONGEST_ANSWER: Final = 32 * 1024
"""Characters that are worth reading."""
TIMEOUT: Final = 300_000
"""Milliseconds that a person has to look at their device."""
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_TRANSPORTS: Final = {transport.value for transport in AuthenticatorTransport}


class RelyingParty(NamedTuple):
    """For whom passkeys are made: a name in the internet's or this computer's own, and its one origin."""

    id: str
    origin: str

    @classmethod
    def at(cls, address: str) -> Self | None:
        """Return the relying party of a server known by ``address``; none where passkeys cannot be had.

        A passkey belongs to a name, never to an address of numbers, and needs TLS but on this very computer
        (WebAuthn Level 3, 5.1.2).
        """
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        if not host or _is_number(host) or not (parts.scheme == "https" or _is_this_computer(host)):
            return None
        port = "" if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f":{parts.port}"
        return cls(host, f"{parts.scheme}://{host}{port}")


class WebAuthnPasskeys:
    """Implements :class:`~mooring.server.identity.ports.passkey_ceremonies.PasskeyCeremonies`."""

    def __init__(self, relying_party: RelyingParty, *, name: str = "Mooring") -> None:
        self._relying_party = relying_party
        self._name = name

    def creation_options(
        self, challenge: bytes, *, user_handle: bytes, user_name: str, exclude: Sequence[Passkey]
    ) -> str:
        """Return what a browser is asked for to make a passkey; see the port."""
        options = generate_registration_options(
            rp_id=self._relying_party.id,
            rp_name=self._name,
            user_id=user_handle,
            user_name=user_name,
            user_display_name=user_name,
            challenge=challenge,
            timeout=TIMEOUT,
            # Which maker's device it is is nobody's business here.
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(exclude),
        )
        return options_to_json(options)

    def request_options(self, challenge: bytes, *, of: Sequence[Passkey] = ()) -> str:
        """Return what a browser is asked for to show a passkey; see the port."""
        options = generate_authentication_options(
            rp_id=self._relying_party.id,
            challenge=challenge,
            timeout=TIMEOUT,
            allow_credentials=_described(of),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def check_creation(self, answer: str, challenge: bytes) -> NewPasskey:
        """Return the passkey that was made for ``challenge``; see the port."""
        try:
            credential = parse_registration_credential_json(_bounded(answer))
            made = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._relying_party.id,
                expected_origin=self._relying_party.origin,
                require_user_verification=True,
            )
        except Exception as error:
            raise PasskeyRefused(str(error)) from error
        transports = credential.response.transports or []
        return NewPasskey(
            made.credential_id,
            made.credential_public_key,
            made.sign_count,
            tuple(transport.value for transport in transports),
            made.credential_backed_up,
        )

    def read_claim(self, answer: str) -> PasskeyClaim:
        """Return which passkey ``answer`` says it is of; see the port."""
        try:
            credential = parse_authentication_credential_json(_bounded(answer))
        except Exception as error:
            raise PasskeyRefused(str(error)) from error
        return PasskeyClaim(credential.raw_id, credential.response.user_handle)

    def check_use(self, answer: str, challenge: bytes, public_key: bytes) -> PasskeyUse:
        """Return what the passkey said that signed ``challenge``; see the port."""
        try:
            use = verify_authentication_response(
                credential=_bounded(answer),
                expected_challenge=challenge,
                expected_rp_id=self._relying_party.id,
                expected_origin=self._relying_party.origin,
                credential_public_key=public_key,
                credential_current_sign_count=0,  # what it counts is the domain's to judge
                require_user_verification=True,
            )
        except Exception as error:
            raise PasskeyRefused(str(error)) from error
        return PasskeyUse(use.new_sign_count, use.credential_backed_up)


def _described(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=passkey.credential_id,
            transports=[AuthenticatorTransport(each) for each in passkey.transports if each in _TRANSPORTS],
        )
        for passkey in passkeys
    ]


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused("the answer is too long")
    return answer


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_this_computer(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")
