"""Two people at one running server, each with an account, a browser, licenses and computers."""

import os
from typing import Any, NamedTuple
from urllib.parse import unquote

from tests.support.clients import Client, Headers, Reply
from tests.support.computers import a_computer
from tests.support.oauth_devices import OAuthDevice, answer_at_callback
from tests.support.passkeys import SoftPasskey
from tests.support.servers import Server
from tests.support.visitors import Form, Visitor, path_of

A_WINDOWS = {"state": "activated", "channel": "retail", "edition": "Professional", "last_five": "3V66T"}
"""What a PC tells of its Windows."""


AGREED = {"choices": {"device_name": True}, "text_versions": {"device_name": 1}}
"""Agrees that computers go by the names that they have."""


class Recalling:
    """A client that knows at which address it asked last."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.asked = ""

    async def send(self, method: str, path: str, headers: Headers = (), body: bytes = b"") -> Reply:
        self.asked = unquote(path)
        return await self.client.send(method, path, headers, body)


class Person:
    """Somebody with an account, a browser, two linked licenses, and two computers that are signed in."""

    def __init__(self, server: Server, name: str, seed: int) -> None:
        self.name = name
        self.email = f"{name}.{os.urandom(4).hex()}@outlook.example"
        self.client = Recalling(server.client())
        self.browser = Visitor(self.client)
        salt = server.device().salt
        self.computers = [
            OAuthDevice(server.client(), address=server.address, salt=salt, computer=a_computer(seed + each))
            for each in range(2)
        ]
        self.keys: list[str] = []
        self.user_code = ""
        self.device_code = ""
        self.refresh_token = ""
        self.code = ""
        self.mine: dict[str, Any] = {}

    @property
    def computer(self) -> OAuthDevice:
        return self.computers[0]

    async def settle(self, keys: list[str]) -> "Person":
        """Sign up, sign in on both computers, activate and link, and name the computers."""
        self.keys = keys
        assert (await self.browser.sign_up(self.email)).status == 303
        for computer, key in zip(self.computers, keys, strict=True):
            await self._sign_in_on(computer)
            assert (await computer.activate(key)).status == 201
            linked = await computer.put(
                f"/v1/activations/{computer.activation_id}/link", {"product_key": key}
            )
            assert linked.status == 200, linked.body
            computer.remember(linked)
        self.code = await self.new_code()
        await self.look()
        assert (await self.computer.put("/v1/me/privacy", AGREED)).status == 200
        for number, device in enumerate(self.mine["devices"]):
            path = f"/v1/me/devices/{device['device']['id']}"
            body = {"name": f"The {number} of {self.email}"} | ({"consent": "device_name"} if number else {})
            assert (await self.computer.say("PATCH", path, body)).status == 200
            path = f"/v1/me/windows/{device['device']['id']}"
            assert (await self.computers[number].put(path, A_WINDOWS | {"agreed": 1})).status == 200
        await self.look()
        return self

    async def _sign_in_on(self, computer: OAuthDevice) -> None:
        codes = await computer.begin(device_name=f"A computer of {self.email}")
        page = path_of(codes["verification_uri_complete"])
        assert (await self.browser.submit(page, "/device", decision="approve")).status == 200
        tokens = (await computer.poll(codes["device_code"])).json()
        computer.token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        self.user_code, self.device_code = codes["user_code"], codes["device_code"]

    async def new_code(self) -> str:
        """Return a code that the program on this person's computer may redeem, within a minute."""
        wish = self.computer.wish_to_sign_in(state="hers")
        answer = await self.browser.submit(wish, "/oauth/authorize", decision="approve")
        return answer_at_callback(answer)["code"]

    async def look(self) -> None:
        """Learn what the account holds."""
        for what in ("devices", "licenses", "events"):
            reply = await self.computer.signed("GET", f"/v1/me/{what}")
            assert reply.status == 200, reply.body
            self.mine[what] = reply.json()["items"]
        self.mine["account"] = (await self.computer.signed("GET", "/v1/me")).json()

    def tokens(self) -> set[str]:
        return {self.refresh_token, *(str(computer.token) for computer in self.computers)}

    @property
    def devices(self) -> list[str]:
        return [each["device"]["id"] for each in self.mine["devices"]]

    @property
    def licenses(self) -> list[str]:
        return [each["license"]["id"] for each in self.mine["licenses"]]

    @property
    def activations(self) -> list[str]:
        return [each.activation_id for each in self.computers]

    def ids(self, server: Server) -> set[str]:
        """Return what every row of this person's carries at least one of."""
        account = self.mine["account"]["id"]
        own = (self.named(server, table) for table in ("grants", "sessions", "passkeys", "identities"))
        return {
            account,
            *self.devices,
            *self.licenses,
            *self.activations,
            *(name for each in own for name in each),
        }

    def grants(self, server: Server) -> list[str]:
        return self.named(server, "grants")

    def named(self, server: Server, table: str) -> list[str]:
        """Return the ids of this person's rows in ``table``."""
        account = self.mine["account"]["id"]
        with server.looking() as look:
            return [name for (name,) in look.query(f"SELECT id FROM {table} WHERE account_id = '{account}'")]

    def rows(self, server: Server) -> dict[str, list[str]]:
        """Return every row of the database that names this person or anything of theirs."""
        ids, found = self.ids(server), {}
        with server.looking() as look:
            look.hold_still()
            for table in look.tables():
                rows = map(repr, look.query(f"SELECT * FROM {table}"))
                found[table] = sorted(row for row in rows if any(name in row for name in ids))
        return found


class Keyring(NamedTuple):
    """What Mia signs in with beside her password, and what of it is under way."""

    elsewhere: Visitor
    """Another browser in which she is signed in."""
    passkey: SoftPasskey
    callback: str
    """Where GitHub would send her browser now, to add an account there."""
    mail_token: str
    """From the mail that proves her address."""
    handover: str
    """The id of her offer of a license to a friend."""
    offer_token: str
    """From the mail to that friend."""

    @property
    def of_mails(self) -> set[str]:
        return {self.mail_token, self.handover, self.offer_token}


class World(NamedTuple):
    """Mia, who wants to be left alone, and Tom, who sends everything that he can think of."""

    server: Server
    mia: Person
    tom: Person
    keys: "Keyring"

    def secrets(self) -> set[str]:
        """Return what no answer to Tom may carry."""
        mia = self.mia
        carried = {*mia.browser.cookies.values(), *self.keys.elsewhere.cookies.values()}
        return {mia.email, *mia.ids(self.server), *carried, *mia.tokens(), *self.keys.of_mails}

    async def form(self, page: str, action: str, who: Person) -> dict[str, str]:
        """Return the fields that ``page`` gives ``who`` for ``action``."""
        shown = await who.browser.get(page)
        return Form(shown.body.decode(), action).fields

    async def tom_submits(self, action: str, /, form_of: str = "/account", **fields: str) -> Reply:
        """Let Tom send a form with a token of his own page, wherever the form goes."""
        ours = await self.form(form_of, "/sign-out", self.tom)
        return await self.tom.browser.post(action, ours | fields)
