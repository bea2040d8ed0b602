"""A person with one license and two computers, who links it, unlinks it and moves it between the two."""

from random import Random

from tests.support.clients import Reply, told
from tests.support.computers import a_computer
from tests.support.oauth_devices import OAuthDevice
from tests.support.servers import Server
from tests.support.visitors import Visitor


class Traveler:
    """What one person wishes next, and what was acknowledged."""

    def __init__(self, server: Server, number: int, key: str, fate: Random) -> None:
        example = server.device()
        self.computers = [
            OAuthDevice(
                server.client(),
                address=server.address,
                salt=example.salt,
                computer=a_computer(1000 + 2 * number + each),
            )
            for each in range(2)
        ]
        self.visitor = Visitor(server.client())
        self.email = f"traveler-{number}@outlook.example"
        self.key = key
        self.fate = fate
        self.home = 0
        self.linked = False
        self.wish = "move"
        self.under_way: str | None = None

    @property
    def here(self) -> OAuthDevice:
        """The computer that holds the seat, as far as was acknowledged."""
        return self.computers[self.home]

    async def set_out(self) -> None:
        """Sign up, sign in on both computers, activate the first with the key, and link it."""
        assert (await self.visitor.sign_up(self.email)).status == 303
        for computer in self.computers:
            computer.token = None
            tokens = await computer.signed_in_by(self.visitor)
            computer.token = tokens["access_token"]
        assert (await self.here.activate(self.key)).status == 201
        assert (await self._link("PUT")).status == 200
        self.linked = True

    async def ask(self) -> Reply:
        """Ask for what is wished; a wish whose answer was lost is asked for once more."""
        self.under_way = self.wish
        match self.wish:
            case "move":
                reply = told(await self._move(self.computers[1 - self.home]))
                if reply.status in {200, 201}:
                    self.home = 1 - self.home
            case "unlink":
                reply = told(await self._link("DELETE"))
                self.linked = False
            case _:
                reply = told(await self._link("PUT", product_key=self.key))
                self.linked = True
        assert reply.status in {200, 201}, (self.wish, reply.body)
        self.under_way = None
        self.wish = self.fate.choice(["move", "move", "unlink"]) if self.linked else "link"
        return reply

    async def _move(self, to: OAuthDevice) -> Reply:
        device = {"platform": "linux"}
        wish = {
            "device_id": self.device_id(),
            "product": to.product,
            "hardware": to.hardware(),
            "device": device,
        }
        reply = await to.post("/v1/me/reactivations", wish)
        to.remember(reply)
        return reply

    def device_id(self) -> str:
        """The device that holds the seat, by the certificate that it was given last."""
        from mooring.core.jose.encoding import b64url_decode, strict_json

        claims = strict_json(b64url_decode(self.here.certificate.split(".")[1]))
        device: str = claims["device"]["id"]
        return device

    async def _link(self, method: str, **members: str) -> Reply:
        path = f"/v1/activations/{self.here.activation_id}/link"
        if method == "DELETE":
            reply = await self.here.signed("DELETE", path)
        else:
            reply = await self.here.put(path, members)
        self.here.remember(reply)
        return reply
