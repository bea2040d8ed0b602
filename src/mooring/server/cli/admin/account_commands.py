"""The commands under `mooring admin account`, as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mooring.server.cli.registration import add_command

if TYPE_CHECKING:
    import argparse

_HERE = "mooring.server.cli.admin.accounts"
_ROLES = ("owner", "admin", "support", "viewer")


def add_account_commands(account: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    """Add everything under `admin account`."""
    create = add_command(
        account,
        "create",
        says="make an account for somebody, such as the first owner of the console",
        examples="""
            mooring admin account create you@example.com --staff owner --password-stdin
            mooring admin account create mia@example.com --password-stdin < password.txt
        """,
        shared=shared,
        run=f"{_HERE}:create",
    )
    create.add_argument("email", metavar="EMAIL", help="the address they sign in with")
    create.add_argument("--staff", choices=_ROLES, help="what they may do in the console (default: nothing)")
    create.add_argument(
        "--password-stdin",
        action="store_true",
        required=True,
        help="take the password from the first line of standard input; on a terminal it is asked for",
    )
    listing = add_command(
        account,
        "list",
        says="list accounts in the order in which they were made",
        examples="""
            mooring admin account list --staff
            mooring admin account list --after acc_01j… --limit 200
        """,
        shared=shared,
        run=f"{_HERE}:list_some",
    )
    listing.add_argument("--staff", action="store_true", help="only, and all, who work here")
    listing.add_argument("--after", metavar="ID", help="where the page before ended")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="1 to 200 (default: 50)")
    _add_staff(account, shared)
    off = add_command(
        account,
        "second-factor-off",
        says="turn off the second factor of somebody who lost it; they are signed out and told by mail",
        examples="mooring admin account second-factor-off mia@example.com",
        shared=shared,
        run=f"{_HERE}:second_factor_off",
    )
    off.add_argument("account", metavar="EMAIL", help="the account's address or its id")


def _add_staff(account: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    staff = add_command(
        account,
        "staff",
        says="give an account a role in the console, or take it away; its sessions end",
        examples="""
            mooring admin account staff mia@example.com support
            mooring admin account staff mia@example.com none
            mooring admin account staff mia@example.com admin --unproven
        """,
        shared=shared,
        run=f"{_HERE}:staff",
    )
    staff.add_argument("account", metavar="EMAIL", help="the account's address or its id")
    staff.add_argument(
        "role", metavar="ROLE", choices=(*_ROLES, "none"), help="owner, admin, support, viewer, or none"
    )
    staff.add_argument(
        "--unproven",
        action="store_true",
        help="also where nobody has proven the address: you know whose account it is",
    )
