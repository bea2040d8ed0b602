"""`mooring admin account`: accounts, and who of them works here."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import TYPE_CHECKING

from mooring.core.identifiers import AccountId, is_identifier
from mooring.server.cli.admin.documents import day, instant
from mooring.server.cli.workplace import again, operate
from mooring.server.identity.domain.email_address import EmailMalformed
from mooring.server.identity.domain.password import SHORTEST, PasswordUnfit
from mooring.server.identity.domain.staff.changes import LastOwner
from mooring.server.identity.domain.staff.invitation import AddressUnproven
from mooring.server.identity.domain.staff.roles import Role
from mooring.server.identity.ports.accounts import EmailTaken
from mooring.server.identity.ports.staff import Known
from mooring.server.identity.storage.argon_passwords import ArgonPasswords
from mooring.server.identity.storage.staff import StoredStaff
from mooring.server.identity.use_cases.staff.operator.appoint import Appoint
from mooring.server.identity.use_cases.staff.operator.finding import AccountUnknown
from mooring.server.identity.use_cases.staff.operator.list_accounts import ListAccounts
from mooring.server.identity.use_cases.staff.operator.make_account import MakeAccount
from mooring.server.identity.use_cases.staff.operator.turn_off_second_factor import TurnOffSecondFactor
from mooring.server.licensing.domain.obstacles import AlreadyExists, NotThere, Obstacle, ValueRefused
from mooring.server.record.outbox.writing import Outbox

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output
    from mooring.server.cli.workplace import Workplace
    from mooring.server.identity.domain.account import Account

_COLUMNS = ("ACCOUNT", "EMAIL", "STAFF", "SECOND FACTOR", "LAST SEEN", "MADE")
_MOST = 200
_UNFIT = {
    "empty": f"No password came on standard input. It must have at least {SHORTEST} characters.",
    "short": f"The password must have at least {SHORTEST} characters.",
    "long": "The password is too long.",
    "common": "The password is among the first that are tried.",
    "like_email": "The password is the address.",
}
_CHOOSE = "Give another as the first line of standard input, such as four words taken at random."


class LastOwnerKept(Obstacle):
    """Nobody would own the console any more."""

    code = "last_owner"
    title = "The last owner stays"


class AddressNotProven(Obstacle):
    """Whoever made the account may not own its address."""

    code = "address_unproven"
    title = "Nobody has proven this address"


def create(arguments: argparse.Namespace) -> int:
    """Run `mooring admin account create`."""

    async def work(place: Workplace, output: Output) -> None:
        role = None if arguments.staff is None else Role(arguments.staff)
        make = MakeAccount(_rooms(place), ArgonPasswords())
        try:
            made = await again(make)(arguments.email, _password(), role, at=place.now)
        except EmailMalformed:
            raise _no_address(arguments.email) from None
        except PasswordUnfit as unfit:
            raise ValueRefused(_UNFIT[unfit.why], _CHOOSE) from None
        except EmailTaken:
            raise AlreadyExists(
                f"{arguments.email} has an account already.",
                f"To let them work here: mooring admin account staff {arguments.email} ROLE",
            ) from None
        output.say(f"{made.shown} has an account now: {made.id}")
        if role is not None:
            output.say(
                f"Signing in, as {role.value}, they set up a second factor first; then /console opens."
            )
        output.answer(_document(Known(made, authenticator=False, passkeys=0, last_seen_at=None)))

    return operate(arguments, work)


def list_some(arguments: argparse.Namespace) -> int:
    """Run `mooring admin account list`."""

    async def work(place: Workplace, output: Output) -> None:
        list_accounts = ListAccounts(_rooms(place))
        if arguments.staff:
            page = await list_accounts.staff()
        else:
            after, limit = _after(arguments.after), _limit(arguments.limit)
            page = await list_accounts(after=after, limit=limit)
        nobody = "Nobody works here." if arguments.staff else "There is no account."
        output.table(_COLUMNS, [_row(one) for one in page.items], empty=nobody)
        if page.next_cursor is not None:
            output.say(f"More: --after {page.next_cursor}")
        output.answer({"items": [_document(one) for one in page.items], "next_cursor": page.next_cursor})

    return operate(arguments, work)


def staff(arguments: argparse.Namespace) -> int:
    """Run `mooring admin account staff`."""

    async def work(place: Workplace, output: Output) -> None:
        to = None if arguments.role == "none" else Role(arguments.role)
        named = arguments.account
        try:
            account = await again(Appoint(_rooms(place)))(
                named, to, unproven=arguments.unproven, at=place.now
            )
        except (EmailMalformed, AccountUnknown) as error:
            raise _not_found(named, error) from None
        except AddressUnproven:
            raise AddressNotProven(
                f"Nobody has proven to read the mail of {named}: somebody else may have made this account.",
                "Let them confirm the address on their page “Security and sign-in”. Or, if you know whose "
                "account it is, add --unproven.",
            ) from None
        except LastOwner:
            raise LastOwnerKept(
                f"{named} is the last owner: nobody could decide any more who works here.",
                "Make somebody else an owner first.",
            ) from None
        outcome = "is a customer now" if to is None else f"has the role {to} now"
        output.say(f"{account.shown} {outcome}. Every browser of theirs is signed out.")
        output.answer({"id": account.id, "email": _email(account), "staff": to})

    return operate(arguments, work)


def second_factor_off(arguments: argparse.Namespace) -> int:
    """Run `mooring admin account second-factor-off`."""

    async def work(place: Workplace, output: Output) -> None:
        try:
            done = await again(TurnOffSecondFactor(_rooms(place)))(arguments.account, at=place.now)
        except (EmailMalformed, AccountUnknown) as error:
            raise _not_found(arguments.account, error) from None
        output.say(f"{done.account.shown} has no second factor any more, and is signed out everywhere.")
        if done.kept:
            output.say(
                "Passkeys stay, because they are the only way in. If they are lost, let their owner set a "
                "password by “Forgot your password?” first, and run this again."
            )
        if done.account.staff_role is not None:
            output.say(
                "They work here: tell them to sign in now and set up another, before anybody else does."
            )
        output.answer(
            {
                "id": done.account.id,
                "email": _email(done.account),
                "authenticator_removed": done.authenticator,
                "passkeys_removed": done.passkeys,
                "passkeys_kept": done.kept,
                "sessions_ended": done.sessions,
            }
        )

    return operate(arguments, work)


def _rooms(place: Workplace) -> StoredStaff:
    return StoredStaff(place.database, place.secrets, Outbox(place.secrets))


def _password() -> str:
    return getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")


def _after(cursor: str | None) -> AccountId | None:
    if cursor is not None and not is_identifier(cursor, "acc"):
        raise ValueRefused(f"“{cursor}” is no account's id.", "Give the id that the page before ended with.")
    return None if cursor is None else AccountId(cursor)


def _limit(number: int) -> int:
    if not 1 <= number <= _MOST:
        raise ValueRefused(f"{number} cannot be listed at once.", f"Give a number from 1 to {_MOST}.")
    return number


def _not_found(named: str, error: Exception) -> Obstacle:
    if isinstance(error, EmailMalformed):
        return _no_address(named)
    return NotThere(f"There is no account {named}.", "Look it up: mooring admin account list")


def _no_address(text: str) -> ValueRefused:
    return ValueRefused(f"{text} is no e-mail address.", "Give one, such as you@example.com.")


def _email(account: Account) -> str | None:
    return None if account.email is None else account.email.text


def _document(one: Known) -> dict[str, object]:
    account = one.account
    return {
        "id": account.id,
        "email": _email(account),
        "verified": account.verified_at is not None,
        "staff": account.staff_role,
        "authenticator": one.authenticator,
        "passkeys": one.passkeys,
        "last_seen_at": instant(one.last_seen_at),
        "created_at": instant(account.created_at),
    }


def _row(one: Known) -> tuple[str, ...]:
    factors = (*(("app",) if one.authenticator else ()), *(("passkey",) if one.passkeys else ()))
    return (
        one.account.id,
        one.account.shown,
        one.account.staff_role or "",
        " ".join(factors),
        day(one.last_seen_at),
        day(one.account.created_at),
    )
