"""Every page of the site in one table."""

import re
from typing import Final

from mooring.server.web.federation_services import FederationServices
from mooring.server.web.holder_services import HolderServices
from mooring.server.web.http.dispatcher import by_path
from mooring.server.web.http.limits import Limits
from mooring.server.web.http.preferences import prefers_page
from mooring.server.web.http.proofs.doorkeeper import Doorkeeper
from mooring.server.web.http.requests import Request
from mooring.server.web.identity_services import IdentityServices, ProductName
from mooring.server.web.oauth.authorize import AuthorizePage
from mooring.server.web.pages.account.acts import AccountActs
from mooring.server.web.pages.account.pages import AccountPages
from mooring.server.web.pages.account.privacy import PrivacyPages
from mooring.server.web.pages.console.routes import console_routes
from mooring.server.web.pages.console.second_factor.pages import StaffSecondStep
from mooring.server.web.pages.device.pages import DevicePages
from mooring.server.web.pages.front.pages import send_file, show_front, show_nothing, show_reason
from mooring.server.web.pages.handover.routes import handover_routes
from mooring.server.web.pages.linking.pages import explain_linking
from mooring.server.web.pages.recovery.carrying import Tickets
from mooring.server.web.pages.recovery.routes import address_section, recovery_routes
from mooring.server.web.pages.security.identities.pages import IdentityPages
from mooring.server.web.pages.security.passkeys.asking import PasskeyAsking
from mooring.server.web.pages.security.passkeys.signing_in import PasskeySignInPages
from mooring.server.web.pages.security.routes import More, security_routes
from mooring.server.web.pages.sign_in.elsewhere import ElsewherePages
from mooring.server.web.pages.sign_in.pages import SignInPages
from mooring.server.web.pages.visiting.cookies import CookieNames
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.entering import Entrance

_ONE: Final = re.compile(r"(?<=/)[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}(?=/|\Z)")
NOWHERE: Final = by_path([PageRoute("GET", "", show_nothing)])[""]
"""What answers a person whose browser asks for a page that is not there."""


def is_lost(request: Request) -> bool:
    """Tell whether a request for an address that is none of ours came from a person's browser."""
    return request.method in NOWHERE and prefers_page(request.all_of(b"accept"))


def page_routes(
    identity: IdentityServices,
    *,
    doorkeeper: Doorkeeper,
    cookies: CookieNames,
    product_name: ProductName,
    holders: HolderServices | None,
    limits: Limits,
    federation: FederationServices | None = None,
    addresses: tuple[str, ...],
) -> tuple[PageRoute, ...]:
    """Return the pages of a site at ``addresses``; without ``holders`` there is no account page."""
    devices = DevicePages(identity.show_user_code, identity.decide_user_code, product_name)
    authorize = AuthorizePage(identity.authorize, product_name, doorkeeper)
    entrance = Entrance(cookies, identity.security.sealed_texts)
    passkeys = PasskeyAsking(identity.security.passkeys)
    recovery, tickets = identity.recovery, Tickets(cookies)
    sign_in = SignInPages(
        sign_in=identity.sign_in,
        sign_up=identity.sign_up,
        sign_out=identity.sign_out,
        cookies=cookies,
        entrance=entrance,
        passkeys=passkeys,
        recovery=recovery,
        tickets=tickets,
        is_ours=lambda path: _shape(path) in onward,
        providers={} if federation is None else federation.labels,
    )
    elsewhere = None
    if federation is not None:
        elsewhere = ElsewherePages(
            federation,
            addresses=addresses,
            cookies=cookies,
            entrance=entrance,
            is_ours=lambda path: _shape(path) in onward,
        )
    second_step = None
    if identity.staff is not None:
        second_step = StaffSecondStep(
            identity.staff.set_up_second_factor, entrance, passkeys, address=addresses[0]
        )
    routes = (
        PageRoute("GET", "/", show_front),
        PageRoute("GET", "/link", explain_linking),
        PageRoute("GET", "/problems/{code}", show_reason),
        PageRoute("GET", "/assets/{name}", send_file, for_anybody=True),
        *sign_in.routes(),
        *PasskeySignInPages(
            passkeys, entrance, onward=sign_in.onward, show_again=sign_in.sign_in_again
        ).routes(),
        *security_routes(
            identity,
            federation=federation,
            entrance=entrance,
            passkeys=passkeys,
            address=addresses[0],
            is_ours=lambda path: _shape(path) in onward,
            elsewhere=None if second_step is None else second_step.elsewhere,
            more=(
                *address_section(recovery, tickets),
                *((identities_section(elsewhere),) if elsewhere is not None else ()),
            ),
        ),
        *console_routes(identity.staff, second_step),
        *recovery_routes(recovery, tickets, entrance, lambda path: _shape(path) in onward),
        *(elsewhere.routes() if elsewhere is not None else ()),
        *devices.routes(),
        *authorize.routes(),
        *(account_routes(holders, identity, product_name, limits) if holders is not None else ()),
    )
    # Where one may go on to after signing in: the pages with an address of their own, and those of something
    # that one has. Not a provider's answer, nor what is no page.
    shown = (route for route in routes if route.method == "GET")
    onward = {route.path for route in shown if route.signed_in or "{" not in route.path}
    return routes


def _shape(path: str) -> str:
    """Return ``path`` as the table has it: ``{id}`` in the place of whatever one it is about."""
    return "" if "{" in path else _ONE.sub("{id}", path)


def identities_section(elsewhere: ElsewherePages) -> More:
    """Return the section of the page on security about accounts elsewhere."""
    pages = IdentityPages(elsewhere)
    return More(pages.section(), pages.routes())


def account_routes(
    holders: HolderServices, identity: IdentityServices, product_name: ProductName, limits: Limits
) -> tuple[PageRoute, ...]:
    """Return the account page, what is done from it, and where licenses change hands."""
    return (
        *AccountPages(holders, identity, product_name, limits).routes(),
        *AccountActs(holders).routes(),
        *PrivacyPages(holders.privacy).routes(),
        *handover_routes(holders),
    )
