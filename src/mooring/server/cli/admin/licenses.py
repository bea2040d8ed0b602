"""`mooring admin license`: licenses that exist."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from getpass import getpass
from typing import TYPE_CHECKING

from mooring.core.instants import format_instant, parse_instant
from mooring.server.cli.admin.documents import day, holder_document, license_document
from mooring.server.cli.admin.sales import waits_for
from mooring.server.cli.workplace import again, operate
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.ports.license_desk import Filter
from mooring.server.licensing.use_cases.licenses.change_standing import (
    ReinstateLicense,
    RevokeLicense,
    SuspendLicense,
)
from mooring.server.licensing.use_cases.licenses.extend_license import ExtendLicense
from mooring.server.licensing.use_cases.licenses.list_licenses import ListLicenses
from mooring.server.licensing.use_cases.licenses.show_license import ShowLicense

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output
    from mooring.server.cli.workplace import Workplace
    from mooring.server.licensing.ports.license_desk import LicenseSummary

_COLUMNS = ("LICENSE", "PRODUCT", "EDITION", "POLICY", "KEY", "STANDING", "SEATS", "ENDS")


def list_some(arguments: argparse.Namespace) -> int:
    """Run `mooring admin license list`."""

    async def work(place: Workplace, output: Output) -> None:
        chosen = Filter(arguments.product, arguments.edition, arguments.standing, arguments.batch)
        page = await ListLicenses(place.desk)(chosen, after=arguments.after, limit=arguments.limit)
        output.table(_COLUMNS, [_row(one) for one in page.items], empty="There is no such license.")
        if page.next_cursor is not None:
            output.say(f"More: --after {page.next_cursor}")
        items = [license_document(one) for one in page.items]
        output.answer({"items": items, "next_cursor": page.next_cursor})

    return operate(arguments, work)


def show(arguments: argparse.Namespace) -> int:
    """Run `mooring admin license show`."""

    async def work(place: Workplace, output: Output) -> None:
        shown = await ShowLicense(place.desk, pepper=place.secrets.pepper)(_reference(arguments))
        sold_to = await waits_for(place, shown.license.id)
        output.rows([*_facts(shown.license), *((("Sold to", sold_to),) if sold_to else ())])
        output.say()
        rows = [
            (one.name, one.device_id, one.platform, one.kind, day(one.last_seen_at), day(one.released_at))
            for one in shown.holders
        ]
        columns = ("NAME", "DEVICE", "PLATFORM", "HOLDS", "LAST SEEN", "RELEASED")
        output.table(columns, rows, empty="No device has held it yet.")
        devices = [holder_document(one) for one in shown.holders]
        output.answer({**license_document(shown.license), "sold_to": sold_to, "devices": devices})

    return operate(arguments, work)


def suspend(arguments: argparse.Namespace) -> int:
    """Run `mooring admin license suspend`."""
    return _change(arguments, SuspendLicense, "is suspended: its devices learn it when they next ask.")


def reinstate(arguments: argparse.Namespace) -> int:
    """Run `mooring admin license reinstate`."""
    return _change(arguments, ReinstateLicense, "is active again.")


def revoke(arguments: argparse.Namespace) -> int:
    """Run `mooring admin license revoke`."""
    return _change(arguments, RevokeLicense, "is revoked for good: its devices learn it when they next ask.")


def extend(arguments: argparse.Namespace) -> int:
    """Run `mooring admin license extend`."""

    async def work(place: Workplace, output: Output) -> None:
        to = timedelta(days=arguments.days) if arguments.until is None else _until(arguments.until)
        extend_license = ExtendLicense(place.desk, pepper=place.secrets.pepper)
        extended = await again(extend_license)(_reference(arguments), to, at=place.now)
        end = extended.expires_at
        output.say(f"{extended.id} ends on {'' if end is None else format_instant(end)} now.")
        output.answer(license_document(extended))

    return operate(arguments, work)


def _change(
    arguments: argparse.Namespace,
    verb: type[SuspendLicense | ReinstateLicense | RevokeLicense],
    outcome: str,
) -> int:
    async def work(place: Workplace, output: Output) -> None:
        change = verb(place.desk, pepper=place.secrets.pepper)
        changed = await again(change)(_reference(arguments), at=place.now)
        output.say(f"{changed.id} ({changed.product} {changed.edition}) {outcome}")
        output.answer(license_document(changed))

    return operate(arguments, work)


def _reference(arguments: argparse.Namespace) -> str:
    """Return what names the license; ``-`` keeps a whole key out of the shell's history."""
    if arguments.license != "-":
        return str(arguments.license)
    return getpass("Product key: ") if sys.stdin.isatty() else sys.stdin.readline()


def _until(text: str) -> datetime:
    """Return the end that is meant; a day ends with its last second."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), datetime.max.time().replace(microsecond=0), UTC)
        return parse_instant(text)
    except ValueError:
        raise ValueRefused(
            f"“{text}” is not a date.", "Write it as 2027-12-31 or 2027-12-31T12:00:00Z."
        ) from None


def _row(one: LicenseSummary) -> tuple[str, ...]:
    return (
        one.id,
        one.product,
        one.edition,
        one.policy,
        one.last_five or "",
        one.standing.value,
        f"{one.held}/{one.seats}",
        day(one.expires_at),
    )


def _facts(one: LicenseSummary) -> list[tuple[str, str]]:
    return [
        ("License", one.id),
        ("Product", f"{one.product} {one.edition}"),
        ("Policy", f"{one.policy} ({one.channel})"),
        ("Key", f"…{one.last_five}" if one.last_five else "none"),
        ("Standing", one.standing.value),
        ("Seats", f"{one.held} of {one.seats} held"),
        ("Moves", f"{one.moved} so far"),
        ("First activated", day(one.first_activated_at, "never")),
        ("Ends", day(one.expires_at, "no end set")),
        ("Made", f"{day(one.created_at)} {one.batch or ''}".strip()),
    ]
