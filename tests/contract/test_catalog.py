"""What every catalog promises: the one in memory and the one in the database."""

import pytest

from mooring.core.hardware.matching import Tolerance
from mooring.core.identifiers import new_policy_id
from mooring.server.licensing.domain.channels import Channel, Link
from mooring.server.licensing.domain.obstacles import AlreadyExists
from mooring.server.licensing.domain.policy import Policy
from mooring.server.licensing.storage.catalog import StoredCatalog
from tests.support.catalogs import AT, InMemoryCatalog, a_product, an_edition
from tests.support.databases import KINDS, a_database


@pytest.fixture(params=["memory", *KINDS])
async def catalog(request, tmp_path):
    if request.param == "memory":
        yield InMemoryCatalog()
        return
    async with a_database(request.param, tmp_path) as database:
        yield StoredCatalog(database)


def a_policy(edition, name="default", **terms):
    terms = {"channel": Channel.SUBSCRIPTION, **terms}
    return Policy(id=new_policy_id(AT), edition_id=edition.id, name=name, created_at=AT, **terms)


async def keep(catalog, *, products=(), editions=(), policies=()):
    async with catalog.changing() as writer:
        for product in products:
            await writer.add_product(product)
        for edition in editions:
            await writer.add_edition(edition)
        for policy in policies:
            await writer.add_policy(policy)


async def test_gives_a_product_back_as_it_was_given(catalog):
    product = a_product(urls={"buy": "https://harbor.example/buy"})
    await keep(catalog, products=[product])
    async with catalog.reading() as reader:
        assert await reader.product("harbor-notes") == product
        assert await reader.product("harbor") is None


async def test_lists_products_by_slug(catalog):
    later, earlier = a_product("zebra", code=1), a_product("anchor", code=2)
    await keep(catalog, products=[later, earlier])
    async with catalog.reading() as reader:
        assert await reader.products() == [earlier, later]


async def test_keeps_the_order_in_which_entitlements_were_named(catalog):
    product = a_product()
    edition = an_edition(product, entitlements={"sync": "Sync", "export": "Export"}, unactivated=["export"])
    await keep(catalog, products=[product], editions=[edition])
    async with catalog.reading() as reader:
        found = await reader.edition(product.id, "pro")
    assert found == edition
    assert list(found.entitlements) == ["sync", "export"]


async def test_finds_editions_and_policies_only_where_they_belong(catalog):
    one, other = a_product(), a_product("other", code=3)
    home, pro = an_edition(one, "home"), an_edition(one, "pro")
    foreign = an_edition(other, "home")
    await keep(
        catalog,
        products=[one, other],
        editions=[pro, home, foreign],
        policies=[a_policy(pro, "team"), a_policy(pro, "default"), a_policy(foreign)],
    )
    async with catalog.reading() as reader:
        assert await reader.editions(one.id) == [home, pro]
        assert await reader.edition(other.id, "pro") is None
        assert [policy.name for policy in await reader.policies(pro.id)] == ["default", "team"]
        assert await reader.policy(home.id, "default") is None


async def test_gives_a_policy_back_with_every_term(catalog):
    product = a_product()
    edition = an_edition(product)
    policy = a_policy(
        edition,
        channel=Channel.VOLUME,
        seats=7,
        lease_seats=2,
        lease_hours=5,
        moves=None,
        move_window_days=11,
        offline_days=13,
        valid_days=17,
        payment_grace_days=3,
        tolerance=Tolerance.LENIENT,
        link=Link.NO,
    )
    await keep(catalog, products=[product], editions=[edition], policies=[policy])
    async with catalog.reading() as reader:
        found = await reader.policy(edition.id, "default")
    assert found == policy
    assert isinstance(found.tolerance, Tolerance)
    assert isinstance(found.channel, Channel)
    assert isinstance(found.link, Link)


@pytest.mark.parametrize(
    "second",
    [a_product("harbor-notes", code=88), a_product("other", code=87)],
    ids=["slug", "product code"],
)
async def test_refuses_a_slug_or_product_code_that_is_taken(catalog, second):
    await keep(catalog, products=[a_product()])
    with pytest.raises(AlreadyExists):
        await keep(catalog, products=[second])
    async with catalog.reading() as reader:
        assert [product.product_code for product in await reader.products()] == [87]


async def test_refuses_an_edition_or_a_policy_with_a_taken_name(catalog):
    product = a_product()
    edition = an_edition(product)
    await keep(catalog, products=[product], editions=[edition], policies=[a_policy(edition)])
    with pytest.raises(AlreadyExists):
        await keep(catalog, editions=[an_edition(product)])
    with pytest.raises(AlreadyExists):
        await keep(catalog, policies=[a_policy(edition)])


async def test_keeps_nothing_of_a_change_that_ends_with_an_exception(catalog):
    async def change_and_fail():
        async with catalog.changing() as writer:
            await writer.add_product(a_product())
            assert await writer.product("harbor-notes") is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()
    async with catalog.reading() as reader:
        assert await reader.products() == []
