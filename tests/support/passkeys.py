"""A passkey in software: makes and shows itself as a browser's device does, and lies when a test wants it."""

import hashlib
import html
import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from mooring.server.identity.domain.credentials.passkey import Passkey
from tests.support.certificates import AT

ORIGIN, RP_ID = "http://localhost:8000", "localhost"
PRESENT, VERIFIED, MADE = 0x01, 0x04, 0x40


def encoded(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text):
    return urlsafe_b64decode(text + "==")


def asked_on(page):
    """Return what a page's script is asked for, and the challenge as its form carries it."""
    (options,) = re.findall(r'data-options="([^"]*)"', page)
    carried = re.search(r'name="carried" value="([^"]*)"', page)[1]
    return json.loads(html.unescape(options)), carried


class SoftPasskey:
    """One key pair for one site. It counts its uses."""

    def __init__(self, *, origin=ORIGIN, rp_id=RP_ID):
        self.origin = origin
        self.rp_id = rp_id
        self.id = os.urandom(32)
        self.count = 0
        self.flags = PRESENT | VERIFIED
        self.user_handle = None
        self._key = ec.generate_private_key(ec.SECP256R1())

    def made_for(self, options):
        """Return what the browser answers when it made this passkey."""
        self.user_handle = decoded(options["user"]["id"])
        numbers = self._key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        credential = bytes(16) + len(self.id).to_bytes(2) + self.id + key
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._said(MADE) + credential}
        return self._answer(
            clientDataJSON=encoded(self._client_data("webauthn.create", options)),
            attestationObject=encoded(cbor2.dumps(attestation)),
            transports=["internal", "hybrid"],
        )

    def shown_for(self, options):
        """Return what the browser answers when this passkey signed."""
        self.count += 1
        said, client_data = self._said(), self._client_data("webauthn.get", options)
        signature = self._key.sign(said + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=encoded(client_data),
            authenticatorData=encoded(said),
            signature=encoded(signature),
            userHandle=encoded(self.user_handle),
        )

    def _said(self, more=0):
        rp_id_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return rp_id_hash + bytes([self.flags | more]) + self.count.to_bytes(4)

    def _client_data(self, kind, options):
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **response):
        return json.dumps(
            {
                "id": encoded(self.id),
                "rawId": encoded(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": response,
            }
        )


def a_passkey(account, number=1, **changes):
    passkey = Passkey(
        id=f"psk_{number}",
        account_id=account.id,
        credential_id=b"credential %d" % number,
        public_key=b"\x00key\xff",
        sign_count=2**32 - 1,
        name="Mia's phone",
        transports=("internal", "hybrid"),
        backed_up=True,
        created_at=AT,
    )
    return replace(passkey, **changes)
