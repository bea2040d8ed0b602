"""A simulated device: hardware, an installation's key, and requests signed with it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from mooring.core.hardware.hashing import hash_components
from mooring.core.jose.keys import SigningKey
from mooring.core.proof.make import make_proof
from tests.support.clients import Client, Headers, Reply
from tests.support.computers import Computer, a_computer

SALT = b"a publisher's one salt"


def now() -> datetime:
    """The real time in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


class SimulatedDevice:
    """One operating-system user on one computer, speaking to one server as a program would."""

    def __init__(
        self,
        client: Client,
        *,
        address: str = "http://127.0.0.1:8000",
        computer: Computer | None = None,
        salt: bytes = SALT,
        product: str = "harbor-notes",
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.client = client
        self.address = address
        self.computer = a_computer() if computer is None else computer
        self.salt = salt
        self.product = product
        self.clock = clock
        self.key = SigningKey.generate("ES256")
        self.nonce: str | None = None
        self.token: str | None = None
        self.activation_id = ""
        self.sequence = 0
        self.certificate = ""

    @property
    def jkt(self) -> str:
        return self.key.public.thumbprint

    def hardware(self) -> dict[str, object]:
        """The profile as it is sent."""
        return hash_components(self.computer, self.salt).to_wire()

    def wish(self, **members: object) -> dict[str, object]:
        """The body of an activation; ``members`` are added, and those that are None left out."""
        body = {
            "product": self.product,
            "hardware": self.hardware(),
            "device": {"platform": "linux", "os_version": "12", "app_version": "1.0"},
            "environment": "computer",
        } | members
        return {name: value for name, value in body.items() if value is not None}

    async def activate(self, key: str | None = None, *, headers: Headers = (), **members: object) -> Reply:
        """Ask to be activated, and remember what was answered."""
        reply = await self.post(
            "/v1/activations", self.wish(**({"product_key": key} | members)), headers=headers
        )
        self.remember(reply)
        return reply

    async def renew(self, *, headers: Headers = (), **members: object) -> Reply:
        """Ask for a fresh certificate, and remember it."""
        body = {"sequence": self.sequence, "hardware": self.hardware(), "app_version": "1.0"} | members
        reply = await self.post(f"/v1/activations/{self.activation_id}/renewals", body, headers=headers)
        self.remember(reply)
        return reply

    async def deactivate(self) -> Reply:
        return await self.signed("DELETE", f"/v1/activations/{self.activation_id}")

    async def post(self, path: str, document: object, *, headers: Headers = ()) -> Reply:
        return await self.say("POST", path, document, headers=headers)

    async def put(self, path: str, document: object) -> Reply:
        return await self.say("PUT", path, document)

    async def say(self, method: str, path: str, document: object, *, headers: Headers = ()) -> Reply:
        """Send a signed request with a JSON body."""
        body = json.dumps(document).encode()
        return await self.signed(method, path, body, headers=(("Content-Type", "application/json"), *headers))

    async def signed(self, method: str, path: str, body: bytes = b"", *, headers: Headers = ()) -> Reply:
        """Send a signed request; when the server wants a (fresh) nonce, once more with it."""
        reply = await self.signed_once(method, path, body, headers=headers)
        if reply.status == 401 and 'error="use_dpop_nonce"' in (reply.header("www-authenticate") or ""):
            reply = await self.signed_once(method, path, body, headers=headers)
        return reply

    async def signed_once(self, method: str, path: str, body: bytes = b"", *, headers: Headers = ()) -> Reply:
        """Send a signed request exactly once."""
        proof = self.proof(method, path.partition("?")[0], body)
        signed_in = () if self.token is None else (("Authorization", f"DPoP {self.token}"),)
        reply = await self.client.send(method, path, (("DPoP", proof), *signed_in, *headers), body)
        self.nonce = reply.header("dpop-nonce") or self.nonce
        return reply

    def proof(self, method: str, path: str, body: bytes = b"", /, **overrides: Any) -> str:
        """Return the proof of one request; ``overrides`` are arguments of ``make_proof``."""
        arguments: dict[str, Any] = {
            "method": method,
            "url": self.address + path,
            "at": self.clock(),
            "nonce": self.nonce,
            "body": body or None,
            "access_token": self.token,
        }
        return make_proof(self.key, **(arguments | overrides))

    def remember(self, reply: Reply) -> None:
        """Keep the certificate of an answer that has one."""
        if reply.status in {200, 201}:
            answer = reply.json()
            self.activation_id = answer["activation"]["id"]
            self.certificate = answer["certificate"]
            self.sequence = sequence_of(self.certificate)


def sequence_of(certificate: str) -> int:
    """Return ``seq`` of a certificate, unverified; 0 for what is none (a fake's)."""
    from mooring.core.jose.encoding import b64url_decode

    parts = certificate.split(".")
    return json.loads(b64url_decode(parts[1]))["seq"] if len(parts) == 3 else 0
