"""Licenses in a real database, for what an operator does to them."""

from mooring.core.identifiers import new_identifier, new_license_id
from mooring.core.product_key import generate
from mooring.server.licensing.domain.key_hash import hash_key
from mooring.server.licensing.domain.publisher import Publisher
from mooring.server.licensing.ports.minting import Batch, NewLicense
from mooring.server.licensing.storage.catalog import StoredCatalog
from mooring.server.licensing.storage.minting import StoredLicenseBook
from mooring.server.licensing.storage.signing import StoredPublisher
from mooring.server.licensing.use_cases.catalog.launch_product import LaunchProduct
from mooring.server.licensing.use_cases.keys.mint_keys import Pepper
from tests.support.certificates import AT, ISSUER

PEPPER = Pepper(b"pepper", "p1")
CODE = 9


async def a_set_up_catalog(database):
    """Found a publisher and add Harbor Notes Pro."""
    async with StoredPublisher(database).changing() as writer:
        await writer.found(Publisher(ISSUER, b"s" * 16, "f", (), AT))
    launch = LaunchProduct(StoredCatalog(database), pick=lambda count: CODE)
    await launch("harbor-notes", name="Harbor Notes", edition="pro", edition_name="Pro", at=AT)


async def a_minted_license(database, *, key=None, last_five=None, seats=None, expires_at=None, at=AT):
    """Return the key and the id of a new license under the default policy."""
    key = key or generate(CODE)
    async with StoredCatalog(database).reading() as catalog:
        product = await catalog.product("harbor-notes")
        edition = await catalog.edition(product.id, "pro")
        policy = await catalog.policy(edition.id, "default")
    license_id = new_license_id(at)
    new = NewLicense(license_id, hash_key(key, PEPPER.value), last_five or key.last_five, seats, expires_at)
    batch = Batch(new_identifier("mint", at), product.id, policy.id, PEPPER.id, at)
    await StoredLicenseBook(database).add([new], batch)
    return key, license_id
