"""What Tom tries with Mia's things on the pages of accounts, devices and signing in."""

from tests.support.two_accounts.handovers import HANDOVER_PAGES
from tests.support.two_accounts.people import World
from tests.support.two_accounts.trying import Try, Walk, form, page, public
from tests.support.visitors import Visitor


def sign_in_page(path: str) -> Walk:
    def tries(world: World) -> list[Try]:
        stranger = Visitor(world.server.client())
        typed = world.mia.email.upper()  # the form shows again what was typed, and not what the server knows
        return [(stranger.submit(path, path, email=typed, password="not her password"), {403})]

    return tries


def account_page(world: World) -> list[Try]:
    mia = world.mia
    queries = [f"licenses={name}" for name in mia.licenses] + [f"devices={name}" for name in mia.devices]
    return [(world.tom.browser.get(f"/account?{query}"), {200}) for query in ("", *queries)]


def claim_page(world: World) -> list[Try]:
    return [(world.tom_submits("/account/claim", product_key=key), {409}) for key in world.mia.keys]


def device_page(world: World) -> list[Try]:
    return [(world.tom.browser.get(f"/device?user_code={world.mia.user_code}"), {422})]


def device_form(world: World) -> list[Try]:
    code = world.mia.user_code
    decisions = ("approve", "deny")
    return [(world.tom_submits("/device", user_code=code, decision=each), {422}) for each in decisions]


def consent(world: World) -> list[Try]:
    """What asks is in the address; who is asked is whoever is signed in."""
    return [(world.tom.browser.get(world.mia.computer.wish_to_sign_in()), {200})]


def consent_form(world: World) -> list[Try]:
    """Tom approves Mia's program; it is then signed in as Tom, if he gets it to redeem the code at all."""
    wish = world.mia.computer.wish_to_sign_in()
    return [(world.tom.browser.submit(wish, "/oauth/authorize", decision="approve"), {303})]


PAGES: dict[str, Walk] = {
    "GET /": public("/"),
    "GET /link": public("/link"),
    "GET /problems/{code}": public("/problems/seat_limit_reached"),
    "GET /assets/{name}": public("/assets/nothing.css", 404),
    "GET /sign-in": public("/sign-in", 303),
    "POST /sign-in": sign_in_page("/sign-in"),
    "GET /sign-up": public("/sign-up", 303),
    "POST /sign-up": sign_in_page("/sign-up"),
    "GET /device": device_page,
    "POST /device": device_form,
    "GET /oauth/authorize": consent,
    "POST /oauth/authorize": consent_form,
    "GET /account": account_page,
    "POST /account/claim": claim_page,
    "POST /account/grants/{id}/end": form("/account/grants/{id}/end", 404),
    "GET /account/free-all": page("/account/free-all", 200),
    "POST /account/free-all": form("/account/free-all", 303),
    "GET /account/devices/{id}/free": page("/account/devices/{id}/free", 404),
    "POST /account/devices/{id}/free": form("/account/devices/{id}/free", 404),
    "GET /account/devices/{id}/rename": page("/account/devices/{id}/rename", 404),
    "POST /account/devices/{id}/rename": form("/account/devices/{id}/rename", 404, name="Tom's now"),
    "GET /account/licenses/{id}/unlink": page("/account/licenses/{id}/unlink", 404),
    "POST /account/licenses/{id}/unlink": form("/account/licenses/{id}/unlink", 404),
    "GET /account/privacy": page("/account/privacy", 200),
    "POST /account/privacy": form(
        "/account/privacy", 303, choice="device_name", agree="yes", text_version="1"
    ),
    "POST /account/privacy/share-nothing": form("/account/privacy/share-nothing", 303),
    "POST /account/windows/{id}/forget": form("/account/windows/{id}/forget", 404),
    "GET /healthz": public("/healthz"),
    "GET /readyz": public("/readyz"),
    "GET /metrics": public("/metrics"),
    "GET /openapi.json": public("/openapi.json"),
} | HANDOVER_PAGES
