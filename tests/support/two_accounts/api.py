"""What Tom tries with Mia's things at the API and at OAuth's addresses."""

from collections.abc import Awaitable, Callable

from mooring.core.identifiers import new_activation_id, new_device_id
from tests.support.clients import Reply
from tests.support.devices import now
from tests.support.oauth_devices import CLIENT, OAuthDevice
from tests.support.two_accounts.handovers import HANDOVER_API
from tests.support.two_accounts.people import A_WINDOWS, AGREED, World
from tests.support.two_accounts.trying import (
    NOT_FOUND,
    SOMEBODY_ELSE,
    Try,
    Walk,
    as_anybody,
    changed,
    public,
    renew_as,
)


def activations(world: World) -> list[Try]:
    """Activate with what is Mia's; with her key Tom may learn that it is held, and no more."""
    tom, mia = world.tom.computer, world.mia
    return [
        (tom.activate(mia.keys[0]), {403}),
        (tom.activate(license_id=mia.licenses[0]), NOT_FOUND),
        (tom.activate(license_id=mia.licenses[1], device_id=mia.devices[1]), {404, 422}),
    ]


def renewals(world: World) -> list[Try]:
    return [(renew_as(world.tom.computer, name), NOT_FOUND) for name in world.mia.activations]


def each_activation(method: str, suffix: str = "") -> Walk:
    def tries(world: World) -> list[Try]:
        names = [*world.mia.activations, new_activation_id(now())]
        paths = [f"/v1/activations/{name}{suffix}" for name in names]
        return [(world.tom.computer.signed(method, path), NOT_FOUND) for path in paths]

    return tries


def link(world: World) -> list[Try]:
    tom, mia = world.tom.computer, world.mia
    paths = [f"/v1/activations/{name}/link" for name in mia.activations]
    own = f"/v1/activations/{tom.activation_id}/link"
    return [
        *((tom.put(path, {}), NOT_FOUND) for path in paths),
        *((tom.put(path, {"product_key": mia.keys[0]}), NOT_FOUND) for path in paths),
        (tom.put(own, {"product_key": mia.keys[0]}), {404, 409, 422}),
    ]


def claims(world: World) -> list[Try]:
    return [(world.tom.computer.post("/v1/me/claims", {"product_key": key}), {409}) for key in world.mia.keys]


def list_of(what: str) -> Walk:
    def tries(world: World) -> list[Try]:
        tom, mia = world.tom.computer, world.mia
        names = {
            "devices": mia.devices,
            "licenses": mia.licenses,
            "events": [each["id"] for each in mia.mine["events"]],
        }[what]
        asked = ["", "?limit=200", *(f"?cursor={name}&limit=1" for name in names)]
        account = f"?account={mia.mine['account']['id']}&account_id={mia.mine['account']['id']}"
        return [(tom.signed("GET", f"/v1/me/{what}{query}"), {200}) for query in (*asked, account)]

    return tries


def rename(world: World) -> list[Try]:
    names = [*world.mia.devices, new_device_id(now())]
    say = world.tom.computer.say
    body = {"name": "Tom's now"}
    by_consent = body | {"consent": "device_name"}
    return [
        *((say("PATCH", f"/v1/me/devices/{name}", body), NOT_FOUND) for name in names),
        *((say("PATCH", f"/v1/me/devices/{name}", by_consent), {403, 404}) for name in names),
    ]


def free(world: World) -> list[Try]:
    names = [*world.mia.devices, new_device_id(now())]
    return [(world.tom.computer.signed("DELETE", f"/v1/me/devices/{name}"), NOT_FOUND) for name in names]


def free_all(world: World) -> list[Try]:
    account = {"account": world.mia.mine["account"]["id"], "device_id": world.mia.devices[0]}
    return [(world.tom.computer.post("/v1/me/devices/free-all", account), {200})]


def on_mias_hardware(world: World) -> OAuthDevice:
    """Tom's installation, which says that it is on Mia's computer."""
    tom = world.tom.computers[1]
    tom.computer = world.mia.computer.computer
    return tom


def candidates(world: World) -> list[Try]:
    tom = on_mias_hardware(world)
    body = {"product": tom.product, "hardware": tom.hardware()}
    return [(tom.post("/v1/me/reactivations/candidates", body), {200})]


def reactivations(world: World) -> list[Try]:
    tom = on_mias_hardware(world)
    body = {"product": tom.product, "hardware": tom.hardware(), "device": {"platform": "linux"}}
    names = [*world.mia.devices, new_device_id(now())]
    return [(tom.post("/v1/me/reactivations", body | {"device_id": name}), NOT_FOUND) for name in names]


def validations(world: World) -> list[Try]:
    """Whoever has a certificate or a key may ask whether it is good, and is told no more."""
    tom, mia = world.tom.computer, world.mia
    product = {"product": tom.product}
    asked = [
        product | {"product_key": mia.keys[0]},
        product | {"certificate": mia.computer.certificate},
    ]
    return [(as_anybody(tom, "/v1/validations", each), {200}) for each in asked]


def tokens(world: World) -> list[Try]:
    """Show Mia's refresh token, device code and authorization code with Tom's key."""
    tom, mia = world.tom.computer, world.mia
    shown = [
        lambda: tom.refresh(mia.refresh_token),
        lambda: tom.refresh(changed(mia.refresh_token)),
        lambda: tom.poll(mia.device_code),
        lambda: tom.redeem(mia.code),
    ]
    return [(not_granted(tom, show), {400}) for show in shown]


async def not_granted(computer: OAuthDevice, show: Callable[[], Awaitable[Reply]]) -> Reply:
    token, computer.token = computer.token, None  # a token's own requests carry no other
    reply = await show()
    computer.token = token
    assert reply.json()["error"] == "invalid_grant", reply.body
    return reply


def begin(world: World) -> list[Try]:
    """A device gets codes of its own, whoever's account and device it names."""
    tom = world.tom.computers[1]
    tom.token = None
    members = {
        "client_id": CLIENT,
        "account": world.mia.mine["account"]["id"],
        "user_code": world.mia.user_code,
    }
    return [(tom.ask("/oauth/device_authorization", **members), {200})]


def revoke(world: World) -> list[Try]:
    """Whoever can show a token may end it; one symbol changed, and it is nothing."""
    shown = [*map(changed, sorted(world.mia.tokens())), SOMEBODY_ELSE, *world.mia.grants(world.server)]
    ask = world.tom.computer.ask_once
    return [(ask("/oauth/revoke", client_id=CLIENT, token=token), {200}) for token in shown]


def introspect(world: World) -> list[Try]:
    ask = world.tom.computer.ask_once
    return [(ask("/oauth/introspect", token=token), {401}) for token in sorted(world.mia.tokens())]


def tell_windows(world: World) -> list[Try]:
    tom, mia = world.tom.computer, world.mia
    names = [*mia.devices, new_device_id(now()), *(each.key.public.thumbprint for each in mia.computers)]
    body = A_WINDOWS | {"agreed": 1}
    return [(tom.put(f"/v1/me/windows/{name}", body), NOT_FOUND) for name in names]


def forget_windows(world: World) -> list[Try]:
    tom, mia = world.tom.computer, world.mia
    names = [*mia.devices, *(each.key.public.thumbprint for each in mia.computers)]
    return [(tom.signed("DELETE", f"/v1/me/windows/{name}"), NOT_FOUND) for name in names]


def choose_privacy(world: World) -> list[Try]:
    """Nothing in it names an account, so whatever Tom adds to it concerns him."""
    tom, mia = world.tom.computer, world.mia.mine["account"]["id"]
    hers = {"account": mia, "account_id": mia, "id": mia}
    return [
        (tom.put("/v1/me/privacy", hers | AGREED), {200}),
        (tom.put(f"/v1/me/privacy?account={mia}", hers | {"choices": {"device_name": False}}), {200}),
    ]


API: dict[str, Walk] = {
    "POST /v1/activations": activations,
    "POST /v1/activations/{id}/renewals": renewals,
    "DELETE /v1/activations/{id}": each_activation("DELETE"),
    "POST /v1/validations": validations,
    "GET /v1/status-lists/{n}": public("/v1/status-lists/1"),
    "PUT /v1/activations/{id}/link": link,
    "DELETE /v1/activations/{id}/link": each_activation("DELETE", "/link"),
    "POST /v1/me/claims": claims,
    "GET /v1/me": lambda world: [(world.tom.computer.signed("GET", "/v1/me"), {200})],
    "GET /v1/me/devices": list_of("devices"),
    "GET /v1/me/licenses": list_of("licenses"),
    "GET /v1/me/events": list_of("events"),
    "PATCH /v1/me/devices/{id}": rename,
    "DELETE /v1/me/devices/{id}": free,
    "POST /v1/me/reactivations/candidates": candidates,
    "POST /v1/me/reactivations": reactivations,
    "POST /v1/me/devices/free-all": free_all,
    "GET /v1/me/privacy": lambda world: [(world.tom.computer.signed("GET", "/v1/me/privacy"), {200})],
    "PUT /v1/me/privacy": choose_privacy,
    "GET /v1/me/windows": lambda world: [(world.tom.computer.signed("GET", "/v1/me/windows"), {200})],
    "PUT /v1/me/windows/{device}": tell_windows,
    "DELETE /v1/me/windows/{device}": forget_windows,
    "GET /.well-known/oauth-authorization-server": public("/.well-known/oauth-authorization-server"),
    "POST /oauth/device_authorization": begin,
    "POST /oauth/token": tokens,
    "POST /oauth/revoke": revoke,
    "POST /oauth/introspect": introspect,
} | HANDOVER_API
