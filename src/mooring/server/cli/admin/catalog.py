"""`mooring admin product|edition|policy`: what is sold, and under which terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.server.cli.admin.documents import edition_document, policy_document, product_document
from mooring.server.cli.workplace import again, operate
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.use_cases.catalog.create_edition import CreateEdition
from mooring.server.licensing.use_cases.catalog.create_policy import CreatePolicy
from mooring.server.licensing.use_cases.catalog.create_product import CreateProduct
from mooring.server.licensing.use_cases.catalog.list_catalog import ListEditions, ListPolicies, ListProducts

if TYPE_CHECKING:
    import argparse

    from mooring.server.cli.output import Output
    from mooring.server.cli.workplace import Workplace
    from mooring.server.licensing.domain.policy import Policy

_NUMBERS = ("seats", "lease_seats", "lease_hours", "move_window_days", "offline_days")


def create_product(arguments: argparse.Namespace) -> int:
    """Run `mooring admin product create`."""

    async def work(place: Workplace, output: Output) -> None:
        await place.found()  # the first product is as good a beginning as `init`
        create = CreateProduct(place.catalog)
        urls = _pairs(arguments.url)
        product = await again(create)(arguments.slug, name=arguments.name, urls=urls, at=place.now)
        output.say(f"{product.name} is a product now; its keys carry product code {product.product_code}.")
        output.say(f"Next: mooring admin edition create {product.slug} EDITION --name NAME")
        output.answer(product_document(product))

    return operate(arguments, work, founding=True)


def list_products(arguments: argparse.Namespace) -> int:
    """Run `mooring admin product list`."""

    async def work(place: Workplace, output: Output) -> None:
        products = await ListProducts(place.catalog)()
        rows = [(product.slug, product.name, str(product.product_code)) for product in products]
        output.table(("PRODUCT", "NAME", "CODE"), rows, empty="There is no product yet.")
        output.answer({"items": [product_document(product) for product in products]})

    return operate(arguments, work)


def create_edition(arguments: argparse.Namespace) -> int:
    """Run `mooring admin edition create`."""

    async def work(place: Workplace, output: Output) -> None:
        edition = await again(CreateEdition(place.catalog))(
            arguments.product,
            arguments.edition,
            name=arguments.name,
            entitlements=arguments.entitlement,
            unactivated_entitlements=arguments.unactivated_entitlement,
            at=place.now,
        )
        output.say(f"{edition.name} is an edition of {arguments.product} now, with a policy named default.")
        output.say(
            f"Programs know it once they ship a new descriptor: mooring admin descriptor {arguments.product}"
        )
        output.answer(edition_document(edition))

    return operate(arguments, work)


def list_editions(arguments: argparse.Namespace) -> int:
    """Run `mooring admin edition list`."""

    async def work(place: Workplace, output: Output) -> None:
        editions = await ListEditions(place.catalog)(arguments.product)
        rows = [
            (
                edition.slug,
                edition.name,
                ", ".join(edition.entitlements),
                ", ".join(edition.unactivated_entitlements),
            )
            for edition in editions
        ]
        columns = ("EDITION", "NAME", "ENTITLEMENTS", "WITHOUT ACTIVATION")
        output.table(columns, rows, empty=f"{arguments.product} has no edition yet.")
        output.answer({"items": [edition_document(edition) for edition in editions]})

    return operate(arguments, work)


def create_policy(arguments: argparse.Namespace) -> int:
    """Run `mooring admin policy create`."""

    async def work(place: Workplace, output: Output) -> None:
        policy = await again(CreatePolicy(place.catalog))(
            arguments.product,
            arguments.edition,
            name=arguments.name,
            channel=arguments.channel,
            changes=_changes(arguments),
            at=place.now,
        )
        output.say(f"{policy.name} is a policy of {arguments.product} {arguments.edition} now.")
        output.rows(_terms(policy))
        output.answer(policy_document(policy))

    return operate(arguments, work)


def list_policies(arguments: argparse.Namespace) -> int:
    """Run `mooring admin policy list`."""

    async def work(place: Workplace, output: Output) -> None:
        policies = await ListPolicies(place.catalog)(arguments.product, arguments.edition)
        rows = [(policy.name, *(value for _, value in _terms(policy))) for policy in policies]
        columns = ("POLICY", *(label.upper() for label, _ in _terms(policies[0]))) if policies else ()
        output.table(columns, rows, empty="It has no policy.")
        output.answer({"items": [policy_document(policy) for policy in policies]})

    return operate(arguments, work)


def _terms(policy: Policy) -> list[tuple[str, str]]:
    moves = "unlimited" if policy.moves is None else f"{policy.moves} in {policy.move_window_days} days"
    return [
        ("Channel", policy.channel.value),
        ("Seats", str(policy.seats)),
        ("Lease seats", f"{policy.lease_seats} for {policy.lease_hours} h"),
        ("Moves", moves),
        ("Valid", "forever" if policy.valid_days is None else f"{policy.valid_days} days"),
        ("Offline", f"{policy.offline_days} days"),
        ("Tolerance", policy.tolerance.value),
        ("Link", policy.link.value),
    ]


def _changes(arguments: argparse.Namespace) -> dict[str, int | str | None]:
    changes: dict[str, int | str | None] = {
        name: value for name in _NUMBERS if (value := getattr(arguments, name)) is not None
    }
    if arguments.tolerance is not None:
        changes["tolerance"] = arguments.tolerance
    for name, word in (("moves", "unlimited"), ("valid_days", "never")):
        if (text := getattr(arguments, name)) is not None:
            changes[name] = _number_or(text, word, name)
    return changes


def _number_or(text: str, word: str, name: str) -> int | None:
    if text == word:
        return None
    if not (text.isascii() and text.isdigit()):
        raise ValueRefused(
            f"“{text}” cannot be used for {name.replace('_', ' ')}.", f"Give a whole number, or {word}."
        )
    return int(text)


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueRefused(f"“{text}” is not NAME=URL.", "Write it as --url buy=https://…")
        pairs[name] = value
    return pairs
