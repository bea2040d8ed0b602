"""What Tom tries at the console, where he does not work, and on the pages that lead into it."""

from tests.support.two_accounts.people import World
from tests.support.two_accounts.security import button_of_mail, link_of_mail
from tests.support.two_accounts.trying import NOT_FOUND, Try, Walk, form, public

CONSOLE = "/console"
STAFF = f"{CONSOLE}/staff"
SET_UP = "/sign-in/second-factor/set-up"


def not_there(path: str) -> Walk:
    """Open a page of the console, with Mia named in its address."""

    def tries(world: World) -> list[Try]:
        account = world.mia.mine["account"]["id"]
        return [
            (world.tom.browser.get(asked), NOT_FOUND)
            for asked in (path, f"{path}?account={account}&id={account}")
        ]

    return tries


def no_form(path: str) -> Walk:
    """Send a form of the console: let Tom be an owner, and Mia nobody."""

    def tries(world: World) -> list[Try]:
        account = world.mia.mine["account"]["id"]
        sent = {"account": account, "role": "owner", "email": world.tom.email, "id": account}
        return [(world.tom_submits(path, **sent), NOT_FOUND)]

    return tries


CONSOLE_PAGES: dict[str, Walk] = {
    **{
        f"GET {path}": not_there(path)
        for path in (
            CONSOLE,
            STAFF,
            *(f"{STAFF}/{each}" for each in ("invite", "invitation", "role", "remove")),
        )
    },
    **{
        f"POST {STAFF}/{each}": no_form(f"{STAFF}/{each}")
        for each in ("invite", "invitation", "role", "remove")
    },
    "GET /invitation": link_of_mail("/invitation"),
    "POST /invitation": button_of_mail("/invitation"),
    "GET /sign-in/second-factor/passkey": public("/sign-in/second-factor/passkey", 303),
    "POST /sign-in/second-factor/passkey": form("/sign-in/second-factor/passkey", 303, answer="{}"),
    f"GET {SET_UP}": public(SET_UP, 303),
    f"POST {SET_UP}": form(SET_UP, 303, code="000000"),
    f"GET {SET_UP}/qr.svg": public(f"{SET_UP}/qr.svg", 303),
    f"GET {SET_UP}/passkey": public(f"{SET_UP}/passkey", 303),
    f"POST {SET_UP}/passkey": form(f"{SET_UP}/passkey", 303, answer="{}", name="Tom's"),
}
