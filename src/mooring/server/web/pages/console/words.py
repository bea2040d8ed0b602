"""What roles are called, and what is said of what they include."""

from collections.abc import Mapping
from typing import Final

from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.staff.roles import Permission, Role
from mooring.server.web.pages.visiting.visit import Visit

CONSOLE: Final = "/console"

ROLES: Final[Mapping[Role, str]] = {
    Role.OWNER: mark("Owner"),
    Role.ADMIN: mark("Admin"),
    Role.SUPPORT: mark("Support"),
    Role.VIEWER: mark("Viewer"),
}
MAY: Final[Mapping[Permission, str]] = {
    Permission.SEE: mark("Look at products, customers, licenses and what happened to them"),
    Permission.HELP: mark("Help customers: free seats, send mails again, suspend and reinstate licenses"),
    Permission.CATALOG: mark("Change products, editions and policies, and mint keys"),
    Permission.STAFF: mark("Decide who works here, and as what"),
}


def role_name(visit: Visit, kept: str | None) -> str:
    """Return what a role is called in the visitor's language; one of a later release by its own name."""
    return visit.say(ROLES[Role(kept)]) if kept in set(Role) else kept or ""


def permissions_of(visit: Visit, role: Role | None) -> list[tuple[str, bool]]:
    """Return everything that can be done in the console, and whether ``role`` may do it."""
    return [(visit.say(said), role is not None and role.may(permission)) for permission, said in MAY.items()]
