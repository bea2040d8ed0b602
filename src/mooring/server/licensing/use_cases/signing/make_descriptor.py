"""Make a product's descriptor: the file that its program ships with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.descriptor import Descriptor, EditionTerms, is_loopback, parse_descriptor
from mooring.core.jose.keys import public_key_from_jwk
from mooring.server.licensing.domain.obstacles import PublisherMissing, ValueRefused
from mooring.server.licensing.use_cases.catalog.find import find_product
from mooring.server.licensing.use_cases.signing.fresh_keys import unsealed

if TYPE_CHECKING:
    from mooring.server.licensing.ports.catalog import Catalog
    from mooring.server.licensing.ports.signing import PublisherStore, Sealing


class MakeDescriptor:
    """Says whom a program asks and whom it believes; nothing in it is secret."""

    def __init__(self, catalog: Catalog, store: PublisherStore, sealing: Sealing) -> None:
        self._catalog = catalog
        self._store = store
        self._sealing = sealing

    async def __call__(self, product: str, *, server: str | None) -> Descriptor:
        """Return the descriptor of ``product``, whose program asks ``server`` (the issuer if none is given).

        It is marked ``lab`` when the server's address is this computer itself.

        Raises:
            PublisherMissing: The server was never founded.
            NotThere: There is no such product.
            ValueRefused: No program would take the descriptor, such as one that asks without https.
        """
        async with self._store.reading() as store:
            publisher = await store.publisher()
            keys = await store.signing_keys()
        if publisher is None:
            raise PublisherMissing
        async with self._catalog.reading() as catalog:
            found = await find_product(catalog, product)
            editions = await catalog.editions(found.id)
        address = server or publisher.issuer
        descriptor = Descriptor(
            issuer=publisher.issuer,
            servers=(address,),
            product=found.slug,
            product_code=found.product_code,
            name=found.name,
            roots=tuple(public_key_from_jwk(jwk) for jwk in publisher.roots),
            offline_keys=tuple(
                unsealed(key, self._sealing).public for key in keys if key.use == "offline" and key.current
            ),
            hardware_salt=publisher.hardware_salt,
            lab=is_loopback(address),
            urls=found.urls,
            editions={
                edition.slug: EditionTerms(
                    edition.name, edition.entitlements, edition.unactivated_entitlements
                )
                for edition in editions
            },
        )
        try:
            return parse_descriptor(descriptor.to_document())  # by the judge that every program uses
        except ValueError as error:
            raise ValueRefused(
                f"No program would take this descriptor. {error}",
                "Set MOORING_PUBLIC_URL to the https address under which devices reach this server.",
            ) from None
