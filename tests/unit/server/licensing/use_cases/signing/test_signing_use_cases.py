"""Founding a publisher, rotating its keys, and a root that stays offline."""

import json
from datetime import timedelta

import pytest

from mooring.core.certificate.statement import unsafe_read_statement, verify_statement
from mooring.core.jose.keys import SigningKey, public_key_from_jwk
from mooring.server.licensing.domain.obstacles import NotThere, PublisherMissing, ValueRefused
from mooring.server.licensing.domain.statement_request import StatementRequest
from mooring.server.licensing.use_cases.catalog.launch_product import LaunchProduct
from mooring.server.licensing.use_cases.signing.found_publisher import FoundPublisher
from mooring.server.licensing.use_cases.signing.fresh_keys import unsealed
from mooring.server.licensing.use_cases.signing.install_statements import InstallStatements
from mooring.server.licensing.use_cases.signing.list_signing_keys import ListSigningKeys
from mooring.server.licensing.use_cases.signing.make_descriptor import MakeDescriptor
from mooring.server.licensing.use_cases.signing.request_statements import RequestStatements
from mooring.server.licensing.use_cases.signing.rotate_signing_keys import RotateSigningKeys
from mooring.server.licensing.use_cases.signing.sign_request import sign_request
from tests.support.catalogs import AT, InMemoryCatalog
from tests.support.publishers import InMemoryPublisher, InMemoryRoot, OpenSealing

ISSUER = "https://activation.harbor.example"
DAY = timedelta(days=1)


class World:
    def __init__(self):
        self.store, self.root, self.sealing = InMemoryPublisher(), InMemoryRoot(), OpenSealing()
        self.found = FoundPublisher(self.store, self.root, self.sealing, fingerprint="f1")
        self.rotate = RotateSigningKeys(self.store, self.root, self.sealing)
        self.request = RequestStatements(self.store, self.sealing)
        self.install = InstallStatements(self.store)

    async def keys(self, *, current=True):
        keys = await ListSigningKeys(self.store)()
        return {key.use: key for key in keys if key.current is current}

    async def publisher(self):
        async with self.store.reading() as reader:
            return await reader.publisher()


@pytest.fixture
async def world():
    world = World()
    await world.found(ISSUER, at=AT)
    return world


async def test_founds_the_publisher_once():
    world = World()
    founded = await world.found(ISSUER, at=AT)
    assert founded.now
    publisher = founded.publisher
    assert (publisher.issuer, publisher.secret_fingerprint, publisher.created_at) == (ISSUER, "f1", AT)
    assert len(publisher.hardware_salt) == 16
    assert publisher.roots == (world.root.key.public.jwk,)
    assert await world.publisher() == publisher
    assert world.store.events == [("publisher.founded", {"issuer": ISSUER}, AT)]
    again = await world.found("https://other.example", at=AT + DAY)
    assert again == (publisher, False)


async def test_two_processes_that_found_at_once_end_up_with_one_publisher():
    world = World()

    class Slow(InMemoryRoot):
        """Lets another process found the publisher while the root key is being made."""

        def create(self):
            world.store._rows.founded = winner
            return super().create()

    winner = (await World().found(ISSUER, at=AT)).publisher
    late = FoundPublisher(world.store, Slow(), world.sealing, fingerprint="f1")
    assert await late(ISSUER, at=AT) == (winner, False)
    assert await ListSigningKeys(world.store)() == []


async def test_two_publishers_have_different_salts():
    one, other = await World().found(ISSUER, at=AT), await World().found(ISSUER, at=AT)
    assert one.publisher.hardware_salt != other.publisher.hardware_salt


async def test_the_first_keys_are_stated_by_the_root(world):
    keys = await world.keys()
    assert set(keys) == {"certificate", "status_list", "offline"}
    root = public_key_from_jwk((await world.publisher()).roots[0])
    for use in ("certificate", "status_list"):
        statement = verify_statement(keys[use].statement, roots=(root,), issuer=ISSUER, use=use)
        assert statement.kid == keys[use].kid
        assert statement.key == unsealed(keys[use], world.sealing).public
        assert (statement.epoch, statement.min_epoch) == (1, 1) == (keys[use].epoch, keys[use].min_epoch)
        assert (statement.not_before, statement.sign_until) == (AT, AT + 365 * DAY)
        assert statement.expires_at == AT + 765 * DAY
        assert (keys[use].not_before, keys[use].sign_until) == (AT, AT + 365 * DAY)
    offline = keys["offline"]
    assert (offline.statement, offline.epoch, offline.min_epoch, offline.sign_until) == (None, 0, 0, None)


async def test_a_private_key_is_sealed_for_its_own_kid(world):
    key = (await world.keys())["certificate"]
    assert key.sealed_private_key.startswith(f"signing-key/{key.kid}\0".encode())


async def test_takes_a_root_key_that_is_there():
    world = World()
    world.root.key = root = SigningKey.generate("Ed25519")
    founded = await world.found(ISSUER, at=AT)
    assert world.root.key is root
    assert founded.publisher.roots == (root.public.jwk,)


async def test_founds_nothing_under_an_address_no_program_asks():
    world = World()
    with pytest.raises(ValueRefused):
        await world.found("http://harbor.example", at=AT)
    assert await world.publisher() is None
    assert world.root.key is None


async def test_a_rotation_lets_new_keys_sign_and_leaves_the_old_ones_good(world):
    before = await world.keys()
    rotated = await world.rotate(at=AT + DAY)
    now = await world.keys()
    assert [now[key.use] for key in rotated] == list(rotated)
    assert [key.use for key in rotated] == ["certificate", "status_list"]
    assert {key.epoch for key in rotated} == {2}
    assert now["offline"] == before["offline"]
    replaced = await world.keys(current=False)
    assert {key.kid for key in replaced.values()} == {
        before[use].kid for use in ("certificate", "status_list")
    }
    assert unsafe_read_statement(now["certificate"].statement).min_epoch == 1
    assert world.store.events[-1] == ("signing_keys.rotated", {"epoch": 2, "min_epoch": 1}, AT + DAY)


async def test_after_a_theft_only_the_new_epoch_is_believed(world):
    await world.rotate(compromised=True, at=AT)
    for use in ("certificate", "status_list"):
        statement = unsafe_read_statement((await world.keys())[use].statement)
        assert (statement.epoch, statement.min_epoch) == (2, 2)
    await world.rotate(at=AT)
    assert unsafe_read_statement((await world.keys())["certificate"].statement).min_epoch == 2


async def test_a_rotation_needs_the_publishers_own_root(world):
    kept = await ListSigningKeys(world.store)()
    world.root.take_away()
    with pytest.raises(NotThere) as refused:
        await world.rotate(at=AT)
    assert refused.value.detail == "The root key is not on this computer (the safe)."
    assert "signing-key request" in refused.value.next_step
    world.root.create()
    with pytest.raises(ValueRefused) as refused:
        await world.rotate(at=AT)
    assert refused.value.detail.startswith("The key in the safe is not the root key of this publisher")
    assert await ListSigningKeys(world.store)() == kept


async def test_nothing_can_be_rotated_before_the_publisher_is_founded():
    world = World()
    for attempt in (
        lambda: world.rotate(at=AT),
        lambda: world.request(at=AT),
        lambda: world.install({"certificate": "", "status_list": ""}, at=AT),
        lambda: MakeDescriptor(InMemoryCatalog(), world.store, world.sealing)("a", server=None),
    ):
        with pytest.raises(PublisherMissing):
            await attempt()
    assert not await world.rotate.when_due(at=AT)


async def test_a_running_server_rotates_by_itself_shortly_before_its_keys_end(world):
    assert not await world.rotate.when_due(at=AT + 305 * DAY)
    assert await world.rotate.when_due(at=AT + 306 * DAY)
    assert (await world.keys())["certificate"].epoch == 2
    assert not await world.rotate.when_due(at=AT + 306 * DAY)


async def test_a_running_server_leaves_an_offline_root_alone(world):
    world.root.take_away()
    assert not await world.rotate.when_due(at=AT + 400 * DAY)
    assert (await world.keys())["certificate"].epoch == 1


async def stated_offline(world, *, compromised=False):
    """Carry a request to the offline root and return its answer."""
    request = await world.request(compromised=compromised, at=AT + DAY)
    carried = StatementRequest.from_document(json.loads(json.dumps(request.to_document())))
    assert carried == request
    return sign_request(carried, world.root.key)


async def test_an_offline_root_states_requested_keys(world):
    statements = await stated_offline(world, compromised=True)
    assert {key.epoch for key in (await world.keys()).values() if key.use != "offline"} == {1}
    installed = await world.install(statements, at=AT + 2 * DAY)
    now = await world.keys()
    assert [now[key.use] for key in installed] == list(installed)
    assert {key.epoch for key in installed} == {2}
    assert unsafe_read_statement(now["status_list"].statement).min_epoch == 2
    assert {key.use: key.statement for key in installed} == statements
    assert world.store.events[-1] == ("signing_keys.rotated", {"epoch": 2, "min_epoch": 2}, AT + 2 * DAY)


async def test_statements_are_installed_once_and_never_over_newer_keys(world):
    statements = await stated_offline(world)
    await world.install(statements, at=AT)
    with pytest.raises(ValueRefused) as refused:
        await world.install(statements, at=AT)
    assert refused.value.detail == "Keys of epoch 2 were replaced or installed already."
    older = await stated_offline(world)
    await world.rotate(at=AT)
    with pytest.raises(ValueRefused):
        await world.install(older, at=AT)
    assert (await world.keys())["certificate"].epoch == 4


async def test_refuses_statements_that_no_device_would_believe(world):
    request = await world.request(at=AT)
    foreign = sign_request(request, SigningKey.generate("Ed25519"))
    with pytest.raises(ValueRefused) as refused:
        await world.install(foreign, at=AT)
    assert refused.value.detail == "No device would believe this statement (statement_root)."
    swapped = sign_request(request, world.root.key)
    swapped = {"certificate": swapped["status_list"], "status_list": swapped["certificate"]}
    with pytest.raises(ValueRefused):
        await world.install(swapped, at=AT)
    assert (await world.keys())["certificate"].epoch == 1


async def test_refuses_statements_on_keys_that_were_not_requested_here(world):
    request = await world.request(at=AT)
    other = SigningKey.generate("Ed25519").public.jwk
    keys = tuple(key._replace(jwk=other) for key in request.keys)
    with pytest.raises(NotThere):
        await world.install(sign_request(request._replace(keys=keys), world.root.key), at=AT)


async def test_refuses_statements_that_say_something_else_than_was_requested(world):
    request = await world.request(at=AT)
    changed = request._replace(epoch=request.epoch._replace(min_epoch=2))
    with pytest.raises(ValueRefused) as refused:
        await world.install(sign_request(changed, world.root.key), at=AT)
    assert refused.value.detail == "The statement does not say what was requested."


async def test_an_offline_root_refuses_to_state_what_is_no_key(world):
    request = await world.request(at=AT)
    keys = tuple(key._replace(jwk={"kty": "oct"}) for key in request.keys)
    with pytest.raises(ValueRefused) as refused:
        sign_request(request._replace(keys=keys), world.root.key)
    assert refused.value.detail == "The request cannot be stated: it was changed or damaged."


@pytest.fixture
async def catalog():
    catalog = InMemoryCatalog()
    await LaunchProduct(catalog, pick=lambda count: 9)(
        "harbor-notes",
        name="Harbor Notes",
        edition="pro",
        edition_name="Pro",
        entitlements=["export-pdf=Export to PDF"],
        unactivated_entitlements=["read"],
        at=AT,
    )
    return catalog


async def test_a_descriptor_says_whom_to_ask_and_whom_to_believe(world, catalog):
    descriptor = await MakeDescriptor(catalog, world.store, world.sealing)("harbor-notes", server=None)
    publisher, offline = await world.publisher(), (await world.keys())["offline"]
    assert (descriptor.issuer, descriptor.servers, descriptor.lab) == (ISSUER, (ISSUER,), False)
    assert (descriptor.product, descriptor.product_code, descriptor.name) == (
        "harbor-notes",
        9,
        "Harbor Notes",
    )
    assert [root.jwk for root in descriptor.roots] == list(publisher.roots)
    assert descriptor.offline_keys == (unsealed(offline, world.sealing).public,)
    assert descriptor.hardware_salt == publisher.hardware_salt
    pro = descriptor.editions["pro"]
    assert pro.name == "Pro"
    assert pro.entitlements == {"export-pdf": "Export to PDF", "read": "Read"}
    assert pro.unactivated_entitlements == ("read",)


async def test_a_descriptor_is_marked_lab_when_its_server_is_this_computer(world, catalog):
    make = MakeDescriptor(catalog, world.store, world.sealing)
    local = await make("harbor-notes", server="http://127.0.0.1:8123")
    assert (local.servers, local.lab, local.issuer) == (("http://127.0.0.1:8123",), True, ISSUER)
    assert not (await make("harbor-notes", server="https://a.example")).lab


async def test_refuses_a_descriptor_that_no_program_would_take(world, catalog):
    with pytest.raises(ValueRefused) as refused:
        await MakeDescriptor(catalog, world.store, world.sealing)("harbor-notes", server="http://a.example")
    assert "servers" in refused.value.detail
    assert "MOORING_PUBLIC_URL" in refused.value.next_step


async def test_a_descriptor_needs_its_product(world, catalog):
    with pytest.raises(NotThere):
        await MakeDescriptor(catalog, world.store, world.sealing)("other", server=None)
