"""What Tom tries with what Mia signs in with: passkeys, accounts elsewhere, sessions, links of her mails."""

import json

from mooring.core.identifiers import new_account_id
from tests.support.clients import Reply
from tests.support.devices import now
from tests.support.passkeys import SoftPasskey, asked_on
from tests.support.two_accounts.keyrings import SECURITY, at_github
from tests.support.two_accounts.people import World
from tests.support.two_accounts.trying import SOMEBODY_ELSE, Try, Walk, changed, form, page, public
from tests.support.visitors import Form, Visitor, said

WRONG = "not her password"
NO_TOKEN = {410}


def asked_by_id(path: str, table: str, status: int = 404) -> Walk:
    """Open a page for what has an id of Mia's."""
    return lambda world: [
        (world.tom.browser.get(f"{path}?id={name}"), {status})
        for name in world.mia.named(world.server, table)
    ]


def sent_by_id(path: str, table: str, status: int = 404, member: str = "id", **fields: str) -> Walk:
    """Send a form for what has an id of Mia's."""
    return lambda world: [
        (world.tom_submits(path, **{member: name}, **fields), {status})
        for name in world.mia.named(world.server, table)
    ]


def tokens_of_mails(world: World) -> list[str]:
    """Return Mia's own token, where it is not good for this page or this person, and what resembles it."""
    token = world.keys.mail_token
    return [token, changed(token), SOMEBODY_ELSE]


def link_of_mail(path: str) -> Walk:
    return lambda world: [
        (world.tom.browser.get(f"{path}?token={token}"), NO_TOKEN) for token in tokens_of_mails(world)
    ]


def button_of_mail(path: str, **fields: str) -> Walk:
    return lambda world: [
        (world.tom_submits(path, token=token, **fields), NO_TOKEN) for token in tokens_of_mails(world)
    ]


def code_of_mail(path: str) -> Walk:
    """Type a code of a mail, in a browser that awaits none."""
    return lambda world: [(world.tom_submits(path, code="000000", email=world.mia.email), NO_TOKEN)]


async def with_a_forged_passkey(world: World, page: str, action: str) -> Reply:
    """Sign with a key of Tom's own what says that it is Mia's passkey, of Mia's account."""
    hers = world.keys.passkey
    forged = SoftPasskey(origin=hers.origin)
    forged.id, forged.user_handle = hers.id, hers.user_handle
    browser = Visitor(world.server.client())
    shown = said(await browser.get(page))
    options, _ = asked_on(shown)
    return await browser.post(action, Form(shown, action).fields | {"answer": forged.shown_for(options)})


def passkey_sign_in(world: World) -> list[Try]:
    return [(with_a_forged_passkey(world, "/sign-in", "/sign-in/passkey"), {403})]


def passkey_again(world: World) -> list[Try]:
    """Tom cannot prove that he is Mia, nor that he is Tom, with what is Mia's."""
    answer = json.dumps({"id": world.mia.named(world.server, "passkeys")[0]})
    return [(world.tom_submits(f"{SECURITY}/again/passkey", answer=answer, carried=SOMEBODY_ELSE), {403})]


def passkey_add(world: World) -> list[Try]:
    """Add Mia's passkey to Tom's account."""

    async def add() -> Reply:
        browser = world.tom.browser
        path = f"{SECURITY}/passkeys/add"
        shown = said(await browser.get(path))
        options, carried = asked_on(shown)
        fields = {"answer": world.keys.passkey.made_for(options), "carried": carried, "name": "Mine now"}
        return await browser.post(path, Form(shown, path).fields | fields)

    return [(add(), {403})]


def again(world: World) -> list[Try]:
    path = f"{SECURITY}/again"
    return [(world.tom_submits(path, email=world.mia.email, password=WRONG), {403})]


def forgot(world: World) -> list[Try]:
    """Ask for a link to an address like Mia's; whether it has an account is not told."""
    alike = world.mia.email.replace("@", "@a.")
    return [(world.tom_submits("/forgot-password", email=alike), {303})]


def callback(world: World) -> list[Try]:
    """Come back in Mia's place: her answer counts in her browser alone."""
    hers = world.keys.callback
    return [(world.tom.browser.get(path), {403}) for path in (hers, f"{hers}x", "/cb/github?state=x&code=y")]


def identity_add(world: World) -> list[Try]:
    """Add the account at GitHub that opens Mia's."""

    async def add() -> Reply:
        return await world.tom.browser.get(await at_github(world.tom.browser))

    return [(add(), {409})]


def by_provider(world: World) -> list[Try]:
    """Say as a provider that Mia has signed out, with whatever is hers."""
    names = [
        *world.mia.named(world.server, "identities"),
        *world.mia.named(world.server, "sessions"),
        "583231",
    ]
    issuers = ["https://github.com", world.server.environ["MOORING_OIDC_GITHUB_ISSUER"], world.server.address]
    paths = [f"/sign-out/by-provider?iss={issuer}&sid={name}" for issuer in issuers for name in names]
    return [(world.tom.browser.get(path), {200}) for path in (*paths, "/sign-out/by-provider")]


def back_channel(world: World) -> list[Try]:
    """Say as a provider's server that Mia has signed out, with no token of a provider."""
    names = [*world.mia.named(world.server, "sessions"), "a.b.c", ""]
    path = "/sign-out/by-provider/github"
    return [(world.tom.browser.post(path, {"logout_token": name}), {400}) for name in names]


def authenticator_add(world: World) -> list[Try]:
    account = world.mia.mine["account"]["id"]
    return [(world.tom_submits(f"{SECURITY}/authenticator/add", code="000000", account=account), {403})]


def address_change(world: World) -> list[Try]:
    """Ask for another address in Mia's name; what is no address goes nowhere."""
    account = world.mia.mine["account"]["id"]
    return [(world.tom_submits(f"{SECURITY}/address", email="no address", account_id=account), {422})]


def ends_for(path: str, status: int = 303) -> Walk:
    """End all that is one's own, with Mia's account named beside."""
    return lambda world: [
        (world.tom_submits(path, account=name, account_id=name, session=name), {status})
        for name in (world.mia.mine["account"]["id"], new_account_id(now()))
    ]


def authenticator(what: str) -> str:
    return f"{SECURITY}/authenticator/{what}"


SECURITY_PAGES: dict[str, Walk] = {
    "GET /account/security": asked_by_id(SECURITY, "sessions", 200),
    "GET /account/security/again": public(f"{SECURITY}/again?next=/account"),
    "POST /account/security/again": again,
    "POST /account/security/again/passkey": passkey_again,
    "GET /account/security/password": page(f"{SECURITY}/password", 200),
    "POST /account/security/password": form(f"{SECURITY}/password", 403, current=WRONG, password=WRONG),
    "GET /account/security/password/remove": page(f"{SECURITY}/password/remove", 200),
    "POST /account/security/password/remove": ends_for(f"{SECURITY}/password/remove", 409),
    "GET /account/security/passkeys/add": page(f"{SECURITY}/passkeys/add", 200),
    "POST /account/security/passkeys/add": passkey_add,
    "GET /account/security/passkeys/rename": asked_by_id(f"{SECURITY}/passkeys/rename", "passkeys"),
    "POST /account/security/passkeys/rename": sent_by_id(
        f"{SECURITY}/passkeys/rename", "passkeys", name="Tom's now"
    ),
    "GET /account/security/passkeys/remove": asked_by_id(f"{SECURITY}/passkeys/remove", "passkeys"),
    "POST /account/security/passkeys/remove": sent_by_id(f"{SECURITY}/passkeys/remove", "passkeys"),
    "GET /account/security/authenticator/add": page(authenticator("add"), 200),
    "POST /account/security/authenticator/add": authenticator_add,
    "GET /account/security/authenticator/qr.svg": page(authenticator("qr.svg"), 200),
    "GET /account/security/authenticator/remove": page(authenticator("remove"), 200),
    "POST /account/security/authenticator/remove": ends_for(authenticator("remove")),
    "GET /account/security/recovery-codes": page(f"{SECURITY}/recovery-codes", 200),
    "POST /account/security/recovery-codes": ends_for(f"{SECURITY}/recovery-codes"),
    "GET /account/security/identities/add": page(f"{SECURITY}/identities/add?provider=github", 200),
    "POST /account/security/identities/add": identity_add,
    "GET /account/security/identities/remove": asked_by_id(f"{SECURITY}/identities/remove", "identities"),
    "POST /account/security/identities/remove": sent_by_id(f"{SECURITY}/identities/remove", "identities"),
    "GET /account/security/address": page(f"{SECURITY}/address", 200),
    "POST /account/security/address": address_change,
    "GET /account/security/address/code": page(f"{SECURITY}/address/code", 410),
    "POST /account/security/address/code": code_of_mail(f"{SECURITY}/address/code"),
    "GET /account/security/address/confirm": link_of_mail(f"{SECURITY}/address/confirm"),
    "POST /account/security/address/confirm": button_of_mail(f"{SECURITY}/address/confirm"),
    "POST /account/security/address/verify": ends_for(f"{SECURITY}/address/verify"),
    "POST /account/security/sessions/end": sent_by_id(
        f"{SECURITY}/sessions/end", "sessions", member="session"
    ),
    "POST /account/security/sessions/end-others": ends_for(f"{SECURITY}/sessions/end-others"),
    "GET /account/security/devices/end-all": page(f"{SECURITY}/devices/end-all", 200),
    "POST /account/security/devices/end-all": ends_for(f"{SECURITY}/devices/end-all"),
    "POST /sign-in/passkey": passkey_sign_in,
    "GET /sign-in/second-factor": public("/sign-in/second-factor", 303),
    "POST /sign-in/second-factor": form("/sign-in/second-factor", 303, code="000000"),
    "GET /sign-in/with/{provider}": public("/sign-in/with/github", 303),
    "POST /sign-in/with/{provider}": form("/sign-in/with/github", 200),
    "GET /cb/{provider}": callback,
    "GET /sign-out/by-provider": by_provider,
    "POST /sign-out/by-provider/{provider}": back_channel,
    "GET /forgot-password": public("/forgot-password"),
    "POST /forgot-password": forgot,
    "GET /forgot-password/sent": public("/forgot-password/sent"),
    "GET /reset-password": link_of_mail("/reset-password"),
    "POST /reset-password": button_of_mail("/reset-password", password="Tom's now, Tom's now"),
    "GET /reset-password/done": public("/reset-password/done"),
    "GET /undo-address": link_of_mail("/undo-address"),
    "POST /undo-address": button_of_mail("/undo-address"),
    "GET /sign-up/code": public("/sign-up/code", 410),
    "POST /sign-up/code": code_of_mail("/sign-up/code"),
    "GET /sign-up/confirm": link_of_mail("/sign-up/confirm"),
    "POST /sign-up/confirm": button_of_mail("/sign-up/confirm", password=WRONG),
}
