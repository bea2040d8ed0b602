"""Simulated devices: keys, hardware, and requests signed before the clock runs."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bench.load import request
from mooring.core.hardware.hashing import hash_components
from mooring.core.jose.keys import SigningKey
from mooring.core.proof.make import make_proof

if TYPE_CHECKING:
    from collections.abc import Sequence


def a_computer(seed: int) -> dict[str, object]:
    """Return the component values of one of many computers that share nothing."""
    chance = random.Random(seed)
    mac = ":".join(["3c", "7c", "3f", *(f"{chance.randrange(256):02x}" for _ in range(3))])
    return {
        "board_serial": f"MB{chance.randrange(10**12):012d}",
        "system_uuid": f"{chance.getrandbits(128):032x}",
        "root_disk_serial": f"S4EW{chance.randrange(10**10):010d}",
        "mac_addresses": [mac],
        "cpu_id": "GenuineIntel-6-151-2",
        "machine_id": f"{chance.getrandbits(128):032x}",
        "root_filesystem_uuid": f"{chance.getrandbits(128):032x}",
    }


class Device:
    """A computer with its installation key; it signs what it will send."""

    def __init__(self, seed: int, salt: bytes) -> None:
        self.key = SigningKey.generate("ES256")
        self.hardware = hash_components(a_computer(seed), salt).to_wire()
        self.activation = ""
        self.sequence = 1

    def activation_request(
        self, address: str, product_key: str, nonce: str, again: str | None = None
    ) -> bytes:
        """Return the bytes of a request to activate with ``product_key``.

        ``again`` is its ``Idempotency-Key``: sent again with the same, it is answered the same.
        """
        body = {
            "product": "harbor-notes",
            "product_key": product_key,
            "hardware": self.hardware,
            "device": {"platform": "linux", "os_version": "12", "app_version": "1.0"},
            "environment": "computer",
        }
        return self._signed(address, ("POST", "/v1/activations"), body, nonce, again=again)

    def renewal_request(self, address: str, nonce: str) -> bytes:
        """Return the bytes of the next renewal."""
        body = {"sequence": self.sequence, "hardware": self.hardware, "app_version": "1.0"}
        self.sequence += 1
        return self._signed(address, ("POST", f"/v1/activations/{self.activation}/renewals"), body, nonce)

    def deactivation_request(self, address: str, nonce: str) -> bytes:
        """Return the bytes of a request to give the license back."""
        return self._signed(address, ("DELETE", f"/v1/activations/{self.activation}"), None, nonce)

    def _signed(
        self,
        address: str,
        route: tuple[str, str],
        body: dict[str, object] | None,
        nonce: str,
        *,
        again: str | None = None,
    ) -> bytes:
        method, path = route
        encoded = b"" if body is None else json.dumps(body, separators=(",", ":")).encode()
        proof = make_proof(
            self.key, method=method, url=address + path, at=datetime.now(UTC), nonce=nonce, body=encoded
        )
        headers = {"DPoP": proof} | ({} if again is None else {"Idempotency-Key": again})
        return request(method, address, path, encoded, headers)


def devices(count: int, salt: bytes, first_seed: int = 1) -> list[Device]:
    """Return ``count`` devices that share nothing."""
    return [Device(first_seed + at, salt) for at in range(count)]


def a_nonce(address: str) -> str:
    """Return a nonce that the server at ``address`` takes at this moment."""
    try:
        with urlopen(
            Request(f"{address}/v1/activations", b"{}", {"Content-Type": "application/json"})
        ) as answer:
            return str(answer.headers["DPoP-Nonce"])
    except HTTPError as refused:
        return str(refused.headers["DPoP-Nonce"])


def remember_activations(asked: Sequence[Device], bodies: Sequence[bytes]) -> None:
    """Give each device the activation that its answer names; ``bodies`` come in any order."""
    by_thumbprint = {device.key.public.thumbprint: device for device in asked}
    for body in bodies:
        answer = json.loads(body)
        claims = _claims(answer["certificate"])
        device = by_thumbprint[claims["cnf"]["jkt"]]
        device.activation, device.sequence = claims["sub"], claims["seq"]


def _claims(certificate: str) -> dict[str, object]:
    from mooring.core.jose.encoding import b64url_decode

    return json.loads(b64url_decode(certificate.split(".")[1]))
