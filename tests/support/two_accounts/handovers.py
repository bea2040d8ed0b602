"""What Tom tries with Mia's offer of a license, and with what was bought with her address."""

import re
from urllib.parse import parse_qs, urlsplit

from mooring.core.identifiers import new_identifier
from tests.support.devices import now
from tests.support.servers import Server
from tests.support.two_accounts.people import Person, World
from tests.support.two_accounts.trying import NOT_FOUND, SOMEBODY_ELSE, Try, Walk, changed, form, page, public

HANDOVERS = "/account/handovers"
OVER = {410}


async def an_offer(server: Server, mia: Person) -> tuple[str, str]:
    """Let Mia offer a license to a friend; return the offer's id, and what the link in the mail carries."""
    offer = f"/account/licenses/{mia.licenses[0]}/hand-over"
    assert (await mia.browser.submit(offer, offer, email="friend@post.example")).status == 303
    [offered] = (await mia.computer.signed("GET", "/v1/me/handovers")).json()["items"]
    links: list[str] = []
    while not links:  # the test's own time limit ends the waiting
        await mia.browser.get("/healthz")
        links = re.findall(r"\S*/handover\?token=\S+(?=\s)", server.log.read_text())
    return offered["id"], parse_qs(urlsplit(links[-1]).query)["token"][0]


def tokens(world: World) -> list[str]:
    """Return Mia's tokens, where they are not good for this page, and what resembles the friend's."""
    return [world.keys.mail_token, changed(world.keys.offer_token), SOMEBODY_ELSE]


def link(path: str) -> Walk:
    return lambda world: [(world.tom.browser.get(f"{path}?token={token}"), OVER) for token in tokens(world)]


def button(path: str) -> Walk:
    return lambda world: [(world.tom_submits(path, token=token), OVER) for token in tokens(world)]


def offer(world: World) -> list[Try]:
    post = world.tom.computer.post
    bodies = [{"license_id": name, "to": world.tom.email} for name in world.mia.licenses]
    return [(post("/v1/me/handovers", each), NOT_FOUND) for each in bodies]


def answer(method: str, suffix: str = "") -> Walk:
    def tries(world: World) -> list[Try]:
        names = [world.keys.handover, new_identifier("hnd", now())]
        paths = [f"/v1/me/handovers/{name}{suffix}" for name in names]
        return [(world.tom.computer.signed(method, path), NOT_FOUND) for path in paths]

    return tries


def find(world: World) -> list[Try]:
    """Whoever asks for what was bought with an address is told the same of each."""
    return [(world.tom_submits("/find-licenses", email=world.mia.email), {200})]


HANDOVER_API: dict[str, Walk] = {
    "GET /v1/me/handovers": lambda world: [
        (world.tom.computer.signed("GET", f"/v1/me/handovers{query}"), {200})
        for query in ("", f"?cursor={world.keys.handover}&limit=1")
    ],
    "POST /v1/me/handovers": offer,
    "DELETE /v1/me/handovers/{id}": answer("DELETE"),
    "POST /v1/me/handovers/{id}/accept": answer("POST", "/accept"),
    "POST /v1/me/handovers/{id}/decline": answer("POST", "/decline"),
}
HANDOVER_PAGES: dict[str, Walk] = {
    f"GET {HANDOVERS}": public(HANDOVERS),
    f"POST {HANDOVERS}/{{id}}/undo": form(f"{HANDOVERS}/{{id}}/undo", 404),
    f"POST {HANDOVERS}/{{id}}/accept": form(f"{HANDOVERS}/{{id}}/accept", 404),
    f"POST {HANDOVERS}/{{id}}/decline": form(f"{HANDOVERS}/{{id}}/decline", 404),
    "GET /account/licenses/{id}/hand-over": page("/account/licenses/{id}/hand-over", 404),
    "POST /account/licenses/{id}/hand-over": form(
        "/account/licenses/{id}/hand-over", 404, email="tom@post.example"
    ),
    "GET /handover": link("/handover"),
    "POST /handover/accept": button("/handover/accept"),
    "POST /handover/decline": button("/handover/decline"),
    "GET /find-licenses": public("/find-licenses"),
    "POST /find-licenses": find,
    "GET /claim": link("/claim"),
    "POST /claim": button("/claim"),
    "POST /account/purchases/{id}/claim": form("/account/purchases/{id}/claim", 404),
}
