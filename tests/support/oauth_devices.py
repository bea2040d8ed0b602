"""A device that signs in: OAuth's requests, signed as any OAuth client signs them."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.clients import Reply
from tests.support.devices import SimulatedDevice
from tests.support.visitors import Visitor, location

CLIENT = "mooring-device"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
CALLBACK = "http://127.0.0.1:50999/callback"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class OAuthDevice(SimulatedDevice):
    """A simulated device that knows OAuth."""

    async def ask(self, path: str, **form: str) -> Reply:
        """Send a signed form; when the server wants a nonce, once more with it."""
        reply = await self.ask_once(path, **form)
        if reply.status == 400 and reply.json().get("error") == "use_dpop_nonce":
            reply = await self.ask_once(path, **form)
        return reply

    async def ask_once(self, path: str, /, *, proof: str | None = None, **form: str) -> Reply:
        """Send a signed form exactly once."""
        signed = self.proof("POST", path) if proof is None else proof
        body = urlencode(form).encode()
        reply = await self.client.send("POST", path, (("DPoP", signed), FORM), body)
        self.nonce = reply.header("dpop-nonce") or self.nonce
        return reply

    async def begin(self, **members: str) -> dict[str, Any]:
        """Ask for codes, and return the answer."""
        reply = await self.ask("/oauth/device_authorization", **({"client_id": CLIENT} | members))
        assert reply.status == 200, reply.body
        answer: dict[str, Any] = reply.json()
        return answer

    async def poll(self, device_code: str) -> Reply:
        return await self.ask(
            "/oauth/token", grant_type=DEVICE_CODE, client_id=CLIENT, device_code=device_code
        )

    async def redeem(self, code: str, **members: str) -> Reply:
        form = {
            "grant_type": "authorization_code",
            "client_id": CLIENT,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return await self.ask("/oauth/token", **(form | members))

    async def refresh(self, token: str) -> Reply:
        return await self.ask(
            "/oauth/token", grant_type="refresh_token", client_id=CLIENT, refresh_token=token
        )

    def wish_to_sign_in(self, **members: str | None) -> str:
        """Return the address that the program opens in the browser; a member that is None is left out."""
        wish = {
            "client_id": CLIENT,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "activate",
            "state": "a-state",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            "dpop_jkt": self.jkt,
            "product": "harbor-notes",
            "device_name": "Mia's laptop",
        } | members
        given = {name: value for name, value in wish.items() if value is not None}
        return f"/oauth/authorize?{urlencode(given)}"

    async def signed_in_by(self, visitor: Visitor) -> dict[str, Any]:
        """Sign in by a code that ``visitor``, who is signed in, approves; return the tokens."""
        codes = await self.begin()
        page = f"/device?user_code={codes['user_code']}"
        approved = await visitor.submit(page, "/device", decision="approve")
        assert approved.status == 200, approved.body
        tokens = (await self.poll(codes["device_code"])).json()
        assert tokens["token_type"] == "DPoP", tokens
        answer: dict[str, Any] = tokens
        return answer


def answer_at_callback(reply: Reply) -> dict[str, str]:
    """Return what the browser carries back to the program, which ``reply`` sends it to."""
    target = location(reply)
    assert target.startswith(CALLBACK + "?"), target
    return dict(parse_qsl(urlsplit(target).query, strict_parsing=True))
