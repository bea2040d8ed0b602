"""What it takes to try a route: who tries, what is sent, and what the answer may be."""

from collections.abc import Awaitable, Callable

from tests.support.clients import Reply
from tests.support.oauth_devices import OAuthDevice
from tests.support.two_accounts.people import World

SOMEBODY_ELSE = "c" * 43
"""A token's shape, and nobody's token."""

Try = tuple[Awaitable[Reply], set[int]]
Walk = Callable[[World], list[Try]]
NOT_FOUND = {404}


def changed(token: str) -> str:
    return ("B" if token[0] == "A" else "A") + token[1:]


def public(path: str, status: int = 200) -> Walk:
    """Pages and answers that are the same for everybody."""
    return lambda world: [(world.tom.browser.get(path), {status})]


def page(path: str, status: int) -> Walk:
    """Open a page under each of Mia's ids."""
    return lambda world: [
        (world.tom.browser.get(filled), {status}) for filled in filled_with_mias(path, world)
    ]


def form(path: str, status: int, **fields: str) -> Walk:
    """Send a form, with Tom's own token, under each of Mia's ids."""
    return lambda world: [
        (world.tom_submits(filled, **fields), {status}) for filled in filled_with_mias(path, world)
    ]


def filled_with_mias(path: str, world: World) -> list[str]:
    path = path.replace("{provider}", "github")
    kind = path.split("/")[2] if "{id}" in path else ""
    names = {
        "": [""],
        "devices": world.mia.devices,
        "windows": world.mia.devices,
        "licenses": world.mia.licenses,
        "purchases": world.mia.licenses,
        "handovers": [world.keys.handover],
    }
    ids = world.mia.grants(world.server) if kind == "grants" else names[kind]
    return [path.replace("{id}", name) for name in ids]


async def as_anybody(computer: OAuthDevice, path: str, document: object) -> Reply:
    """Ask at a route that takes no sign-in: the installation's key alone asks."""
    token, computer.token = computer.token, None
    reply = await computer.post(path, document)
    computer.token = token
    return reply


async def renew_as(computer: OAuthDevice, activation_id: str) -> Reply:
    body = {"sequence": computer.sequence, "hardware": computer.hardware(), "app_version": "1.0"}
    return await as_anybody(computer, f"/v1/activations/{activation_id}/renewals", body)
