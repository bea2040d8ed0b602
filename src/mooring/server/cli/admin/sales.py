"""`mooring admin license issue` and `send`: licenses that are claimed by proving an e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.instants import format_instant
from mooring.server.cli.workplace import HERE, again, operate
from mooring.server.identity.domain.email_address import EmailMalformed, parse_email_address
from mooring.server.licensing.domain.new_holders.addressee import Addressee
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.storage.ledger import StoredLedger
from mooring.server.licensing.storage.new_holders.purchases import StoredPurchases
from mooring.server.licensing.use_cases.keys.mint_keys import MintKeys
from mooring.server.licensing.use_cases.licenses.find_license import find_license
from mooring.server.licensing.use_cases.purchases.issue_license import IssueLicense
from mooring.server.licensing.use_cases.purchases.sell_license import SellLicense
from mooring.server.record.outbox.writing import Outbox

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from mooring.core.identifiers import LicenseId
    from mooring.server.cli.output import Output
    from mooring.server.cli.workplace import Workplace
    from mooring.server.licensing.domain.new_holders.purchase import Purchase
    from mooring.server.licensing.ports.minting import Batch, NewLicense

_MAILED = "A mail with a link to claim it goes there as soon as the server runs; it is good for seven days."


def issue(arguments: argparse.Namespace) -> int:
    """Run `mooring admin license issue`."""

    async def work(place: Workplace, output: Output) -> None:
        to = _addressee(arguments.buyer)
        mint = MintKeys(place.catalog, place.book, place.pepper)
        issued = await IssueLicense(place.catalog, mint, _selling(place))(
            arguments.product,
            arguments.edition,
            to,
            policy=arguments.policy,
            language=arguments.language_of_mail,
            at=place.now,
        )
        output.say(f"{issued.purchase.license_id} waits for {to.masked}. {_MAILED}")
        output.say(f"Its product key, which is shown only now: {issued.key.formatted()}")
        output.answer({**_document(issued.purchase), "product_key": issued.key.formatted()})

    return operate(arguments, work)


def send(arguments: argparse.Namespace) -> int:
    """Run `mooring admin license send`."""

    async def work(place: Workplace, output: Output) -> None:
        to = None if arguments.buyer is None else _addressee(arguments.buyer)
        async with place.desk.reading() as desk:
            found = await find_license(desk, arguments.license, pepper=place.secrets.pepper)
        language = arguments.language_of_mail
        purchase = await _selling(place)(found.id, to, language=language, at=place.now)
        output.say(f"{purchase.license_id} waits for {purchase.to.masked}. {_MAILED}")
        output.answer(_document(purchase))

    return operate(arguments, work)


async def waits_for(place: Workplace, license_id: LicenseId) -> str | None:
    """Return the address, masked, that the license waits for to be claimed; none if it does not."""
    async with _purchases(place).reading() as reader:
        purchase = await reader.purchase(license_id)
    return None if purchase is None else purchase.to.masked


def _selling(place: Workplace) -> SellLicense:
    return _PatientSale(_purchases(place), place.settings.public_url or HERE)


def _purchases(place: Workplace) -> StoredPurchases:
    ledger = StoredLedger(place.database, place.secrets)
    return StoredPurchases(ledger, place.secrets, Outbox(place.secrets))


class _PatientSale(SellLicense):
    """A sale is run again where it met another's transaction; what is made with it is made then, too."""

    async def __call__(
        self, license_id: LicenseId, to: Addressee | None, *, language: str = "en", at: datetime
    ) -> Purchase:
        return await again(super().__call__)(license_id, to, language=language, at=at)

    async def new(
        self, license_: NewLicense, batch: Batch, to: Addressee, *, language: str = "en", at: datetime
    ) -> Purchase:
        return await again(super().new)(license_, batch, to, language=language, at=at)


def _addressee(written: str) -> Addressee:
    try:
        email = parse_email_address(written)
    except EmailMalformed:
        raise ValueRefused(f"{written} is no e-mail address.", "Give one, such as you@example.com.") from None
    return Addressee(email.text, email.key, email.masked)


def _document(purchase: Purchase) -> dict[str, object]:
    sold_at = format_instant(purchase.sold_at)
    return {"license": purchase.license_id, "sold_to": purchase.to.masked, "sold_at": sold_at}
