"""Creating products, editions and policies, and finding them again."""

import pytest

from mooring.server.licensing.domain.channels import DEFAULTS, Channel
from mooring.server.licensing.domain.obstacles import AlreadyExists, NotThere, ValueRefused
from mooring.server.licensing.use_cases.catalog.create_edition import CreateEdition
from mooring.server.licensing.use_cases.catalog.create_policy import CreatePolicy
from mooring.server.licensing.use_cases.catalog.create_product import CreateProduct
from mooring.server.licensing.use_cases.catalog.find import find_edition, find_policy, find_product
from mooring.server.licensing.use_cases.catalog.launch_product import LaunchProduct
from mooring.server.licensing.use_cases.catalog.list_catalog import ListEditions, ListPolicies, ListProducts
from tests.support.catalogs import AT, InMemoryCatalog


@pytest.fixture
def catalog():
    return InMemoryCatalog()


async def create_harbor(catalog, slug="harbor-notes", pick=lambda count: 0):
    return await CreateProduct(catalog, pick=pick)(slug, name=" Harbor Notes ", at=AT)


async def test_creates_a_product_that_is_found_again(catalog):
    product = await CreateProduct(catalog)(
        "harbor-notes", name="Harbor Notes", urls={"buy": "https://a.example"}, at=AT
    )
    assert product.id.startswith("prd_")
    assert (product.slug, product.name, product.created_at) == ("harbor-notes", "Harbor Notes", AT)
    assert product.urls == {"buy": "https://a.example"}
    assert product.product_code in range(625)
    assert await ListProducts(catalog)() == [product]


async def test_never_gives_a_product_code_twice(catalog):
    codes = [(await create_harbor(catalog, slug)).product_code for slug in ("a", "b", "c")]
    assert codes == [0, 1, 2]


async def test_refuses_a_second_product_of_the_same_slug(catalog):
    await create_harbor(catalog)
    with pytest.raises(AlreadyExists) as refused:
        await create_harbor(catalog)
    assert refused.value.detail == "There is already a product “harbor-notes”."
    assert len(await ListProducts(catalog)()) == 1


@pytest.mark.parametrize(
    ("slug", "name", "urls"), [("Bad", "x", {}), ("good", " ", {}), ("good", "x", {"buy": "x"})]
)
async def test_refuses_an_unfit_product(catalog, slug, name, urls):
    with pytest.raises(ValueRefused):
        await CreateProduct(catalog)(slug, name=name, urls=urls, at=AT)
    assert await ListProducts(catalog)() == []


async def test_an_edition_comes_with_a_retail_policy_named_default(catalog):
    await create_harbor(catalog)
    edition = await CreateEdition(catalog)("harbor-notes", "pro", name=" Pro ", at=AT)
    assert (edition.name, dict(edition.entitlements), edition.unactivated_entitlements) == ("Pro", {}, ())
    [policy] = await ListPolicies(catalog)("harbor-notes", "pro")
    assert policy.name == "default"
    assert policy.edition_id == edition.id
    assert policy.id.startswith("pol_")
    retail = DEFAULTS[Channel.RETAIL]
    assert all(getattr(policy, name) == getattr(retail, name) for name in retail.__slots__)


async def test_what_works_before_activation_is_never_taken_away_by_activating(catalog):
    await create_harbor(catalog)
    edition = await CreateEdition(catalog)(
        "harbor-notes",
        "pro",
        name="Pro",
        entitlements=["export-pdf=Export to PDF", "read"],
        unactivated_entitlements=["read=Read notes", "search"],
        at=AT,
    )
    assert list(edition.entitlements.items()) == [
        ("export-pdf", "Export to PDF"),
        ("read", "Read notes"),
        ("search", "Search"),
    ]
    assert edition.unactivated_entitlements == ("read", "search")


async def test_refuses_a_second_edition_of_the_same_slug(catalog):
    await create_harbor(catalog)
    await CreateEdition(catalog)("harbor-notes", "pro", name="Pro", at=AT)
    with pytest.raises(AlreadyExists) as refused:
        await CreateEdition(catalog)("harbor-notes", "pro", name="Pro", at=AT)
    assert refused.value.detail == "Harbor Notes already has an edition “pro”."
    assert len(await ListEditions(catalog)("harbor-notes")) == 1


@pytest.mark.parametrize(("slug", "name"), [("Pro", "Pro"), ("pro", "")])
async def test_refuses_an_unfit_edition(catalog, slug, name):
    await create_harbor(catalog)
    with pytest.raises(ValueRefused):
        await CreateEdition(catalog)("harbor-notes", slug, name=name, at=AT)


async def test_a_policy_starts_from_its_channel(catalog):
    await create_harbor(catalog)
    await CreateEdition(catalog)("harbor-notes", "pro", name="Pro", at=AT)
    create = CreatePolicy(catalog)
    team = await create("harbor-notes", "pro", name="team", channel="volume", changes={"seats": 50}, at=AT)
    assert (team.channel, team.seats, team.lease_seats, team.moves) == (Channel.VOLUME, 50, 5, None)
    await create("harbor-notes", "pro", name="oem", channel="oem", at=AT)
    policies = await ListPolicies(catalog)("harbor-notes", "pro")
    assert [policy.name for policy in policies] == ["default", "oem", "team"]


async def test_refuses_a_second_policy_of_the_same_name_and_an_unfit_name(catalog):
    await create_harbor(catalog)
    await CreateEdition(catalog)("harbor-notes", "pro", name="Pro", at=AT)
    with pytest.raises(AlreadyExists) as refused:
        await CreatePolicy(catalog)("harbor-notes", "pro", name="default", channel="retail", at=AT)
    assert refused.value.detail == "Pro already has a policy “default”."
    with pytest.raises(ValueRefused):
        await CreatePolicy(catalog)("harbor-notes", "pro", name="My Policy", channel="retail", at=AT)


async def test_says_what_is_there_where_something_is_not(catalog):
    with pytest.raises(NotThere) as refused:
        await CreateEdition(catalog)("harbor", "pro", name="Pro", at=AT)
    assert refused.value.detail == "There is no product “harbor”."
    assert refused.value.next_step == "Make one: mooring admin product create SLUG --name NAME"
    product = await create_harbor(catalog)
    async with catalog.reading() as reader:
        with pytest.raises(NotThere) as refused:
            await find_product(reader, "harbor")
        assert refused.value.next_step == "Products here: harbor-notes"
        with pytest.raises(NotThere) as refused:
            await find_edition(reader, product, "pro")
        assert refused.value.next_step == (
            "Make one: mooring admin edition create harbor-notes EDITION --name NAME"
        )
    edition = await CreateEdition(catalog)("harbor-notes", "pro", name="Pro", at=AT)
    async with catalog.reading() as reader:
        with pytest.raises(NotThere) as refused:
            await find_edition(reader, product, "home")
        assert (refused.value.detail, refused.value.next_step) == (
            "Harbor Notes has no edition “home”.",
            "Its editions: pro",
        )
        with pytest.raises(NotThere) as refused:
            await find_policy(reader, edition, "team")
        assert (refused.value.detail, refused.value.next_step) == (
            "Pro has no policy “team”.",
            "Its policies: default",
        )


async def test_launches_a_product_with_everything_it_needs_or_nothing(catalog):
    launch = LaunchProduct(catalog, pick=lambda count: 5)
    with pytest.raises(ValueRefused):
        await launch("harbor-notes", name="Harbor Notes", edition="Pro!", edition_name="Pro", at=AT)
    assert await ListProducts(catalog)() == []
    launched = await launch(
        "harbor-notes",
        name="Harbor Notes",
        edition="pro",
        edition_name="Pro",
        entitlements=["sync"],
        unactivated_entitlements=["read"],
        at=AT,
    )
    assert launched.product.product_code == 5
    assert await ListProducts(catalog)() == [launched.product]
    assert await ListEditions(catalog)("harbor-notes") == [launched.edition]
    assert await ListPolicies(catalog)("harbor-notes", "pro") == [launched.policy]
    assert list(launched.edition.entitlements) == ["sync", "read"]
    assert launched.edition.unactivated_entitlements == ("read",)
