"""Once its holder is confirmed, a license's key opens nothing new; what is active stays untouched."""

import pytest

from mooring.core.refusals import (
    EditionMismatch,
    HolderProvisional,
    LicenseSuspended,
    MoveLimitReached,
    NotFound,
    NotLicenseHolder,
    PossibleClone,
    SeatLimitReached,
    SignInRequired,
)
from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.domain.license import Standing
from tests.support.computers import a_computer, after_mainboard_swap, after_reinstall
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, DAY, HOUR, a_policy, an_offer

OTHER = a_computer(2)


@pytest.fixture
def publisher():
    return AccountPublisher()


@pytest.fixture
def mia():
    return an_account("mia")


@pytest.fixture
async def held(publisher, mia):
    """Return a key, and the computer on which its confirmed holder uses it."""
    return await a_held_license(publisher, mia)


async def a_held_license(publisher, account, *args, **terms):
    key = await publisher.sell(*args, **terms)
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(account)
    return key, customer


async def test_the_key_opens_no_other_computer_without_the_holders_sign_in(publisher, mia):
    key, _ = await a_held_license(publisher, mia, 3)
    other = publisher.customer(OTHER, jkt="key-2")
    with pytest.raises(SignInRequired):
        await other.activate(key)
    with pytest.raises(NotLicenseHolder):
        await other.activate(key, account=an_account())
    assert (await publisher.license_of(key)).held == 1
    await other.activate(key, account=mia)
    assert (await publisher.license_of(key)).held == 2


async def test_typing_the_key_on_the_active_computer_gives_the_same_again(publisher, held):
    key, customer = held
    before = customer.activation_id
    answer = await customer.activate(key, at=AT + DAY)
    assert (answer.created, answer.activation["id"]) == (False, before)
    assert answer.activation["linked"] is True
    again = publisher.customer(after_reinstall(customer.computer), jkt="key-2")
    answer = await again.activate(key, account=an_account(), at=AT + DAY)
    assert (answer.created, answer.activation["id"]) == (False, before)


async def test_a_subscription_stays_on_its_active_computer_whoever_types_the_key(publisher, mia):
    key = await publisher.sell(3, channel="subscription")
    customer = publisher.customer()
    await customer.activate(key, account=mia)
    for account in (None, an_account()):
        answer = await customer.activate(key, account=account, at=AT + HOUR)
        assert answer.created is False
    assert (await publisher.license_of(key)).holder.account == mia


async def test_renewals_ask_for_nobodys_sign_in(publisher, held):
    _, customer = held
    await customer.renew(at=AT + DAY)
    assert customer.certificate.license.linked


async def test_the_key_alone_confirms_no_changed_computer(publisher, held, mia):
    """Thief: a copied home on hardware that is half the same, and the key."""
    key, customer = held
    copy = publisher.customer(after_mainboard_swap(customer.computer), jkt=customer.jkt)
    with pytest.raises(SignInRequired):
        await copy.activate(key)
    answer = await copy.activate(key, account=mia)
    assert (answer.created, answer.activation["id"]) == (False, customer.activation_id)


async def test_the_key_alone_settles_no_clone_and_makes_no_room(publisher, held, mia):
    key, customer = held
    for number in range(2, 4):
        await publisher.customer(customer.computer, jkt=f"key-{number}").activate(at=AT + DAY)
    fourth = publisher.customer(customer.computer, jkt="key-4")
    with pytest.raises(SignInRequired):
        await fourth.activate(key, at=AT + DAY)
    await fourth.activate(key, account=mia, at=AT + DAY)


async def test_signing_in_says_which_copy_is_the_holders(publisher, held, mia):
    _, customer = held
    copy = customer.copied()
    for each in (customer, customer, copy, copy, customer, customer):
        await each.renew(at=AT + DAY)
    with pytest.raises(PossibleClone):
        await copy.renew(at=AT + DAY)
    with pytest.raises(PossibleClone):
        await customer.activate(at=AT + DAY)
    await customer.activate(account=mia, at=AT + DAY)
    with pytest.raises(PossibleClone):
        await copy.renew(at=AT + DAY)


async def test_a_seat_given_up_comes_back_by_its_own_installation_not_by_the_key_elsewhere(publisher, held):
    key, customer = held
    await customer.deactivate(at=AT + HOUR)
    with pytest.raises(SignInRequired):
        await publisher.customer(OTHER, jkt="key-2").activate(key, at=AT + 2 * HOUR)
    answer = await customer.activate(key, at=AT + 2 * HOUR)
    assert answer.created is False  # within 24 hours that is undone freely
    assert (await publisher.license_of(key)).moved == 0


async def test_deactivating_and_typing_the_key_elsewhere_gains_no_moves(publisher, mia):
    """Thief: deactivate here, key there, and back again, for ever."""
    key, first = await a_held_license(publisher, mia, policy=a_policy(moves=2))
    second = publisher.customer(OTHER, jkt="key-2")
    for giving, taking in ((first, second), (second, first)):
        await giving.deactivate()
        await taking.activate(key, account=mia)
    await first.deactivate()
    with pytest.raises(MoveLimitReached):
        await second.activate(key, account=mia)
    with pytest.raises(MoveLimitReached):
        await second.activate(license_id=(await publisher.license_of(key)).id, account=mia)


async def test_unlinking_and_relinking_gains_no_moves(publisher, mia):
    key, first = await a_held_license(publisher, mia, policy=a_policy(moves=1))
    second = publisher.customer(OTHER, jkt="key-2")
    await second.reactivate(mia, first.device_id)
    await second.unlink(mia)
    await second.link(mia, key)
    with pytest.raises(MoveLimitReached) as refused:
        await first.reactivate(mia, second.device_id, at=AT + DAY)
    assert refused.value.next_at == AT + 365 * DAY
    assert await publisher.status(second) == 0  # the refusal left everything as it was
    assert (await publisher.license_of(key)).held == 1


async def test_unlinking_lets_the_key_open_the_license_again(publisher, mia):
    key, customer = await a_held_license(publisher, mia, 2)
    await customer.unlink(mia)
    assert customer.certificate.license.holder is None
    await publisher.customer(OTHER, jkt="key-2").activate(key)


async def test_only_the_holder_unlinks_once_confirmed(publisher, held, mia):
    key, customer = held
    with pytest.raises(SignInRequired):
        await customer.unlink()
    with pytest.raises(NotLicenseHolder) as refused:
        await customer.unlink(an_account())
    assert refused.value.holder == mia.masked
    assert (await publisher.license_of(key)).holder.account == mia


async def test_unlinking_what_is_not_linked_changes_nothing(publisher):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    answer = await customer.unlink()
    assert answer.activation["linked"] is False


async def flagged(customer, *, at):
    """Return a copy of the customer's installation, both of which renewed until that was noticed."""
    copy = customer.copied()
    for each in (customer, customer, copy, copy, customer, customer):
        await each.renew(at=at)
    with pytest.raises(PossibleClone):
        await copy.renew(at=at)
    return copy


async def test_unlinking_says_which_copy_is_the_confirmed_holders(publisher, held, mia):
    _, customer = held
    copy = await flagged(customer, at=AT + DAY)
    await customer.unlink(mia, at=AT + DAY)
    with pytest.raises(PossibleClone):
        await copy.renew(at=AT + DAY)
    await customer.renew(at=AT + DAY)


@pytest.mark.parametrize("signed_in", [True, False])
async def test_thief_with_a_copy_who_only_signed_in_is_sent_away_and_settles_nothing(publisher, signed_in):
    """Thief: a copied home on which he linked; his unlinking must not say that the copy is the owner's."""
    key, thief = await publisher.sell(), an_account("tom")
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(thief, at=AT + DAY)
    copy = await flagged(mine, at=AT + DAY)
    with pytest.raises(PossibleClone):
        await copy.unlink(thief if signed_in else None, at=AT + 2 * DAY)
    assert (await publisher.license_of(key)).holder is None
    assert publisher.ledger.events[-1][0] == "license.unlinked"
    await mine.activate(key, at=AT + 2 * DAY)  # the owner says so by the key
    await mine.renew(at=AT + 2 * DAY)


async def test_a_container_may_not_refuse_the_holder_on_trial(publisher, mia):
    key = await publisher.sell(3, channel="subscription")
    first = publisher.customer()
    await first.activate(key, account=mia)
    builder = publisher.customer(OTHER, jkt="builder")
    await builder.activate(key, environment=Environment.CI, account=mia)
    await first.unlink(mia)
    await first.link(mia, at=AT + 12 * HOUR)
    assert (await publisher.license_of(key)).holder.confirmed_at  # the key was typed there today
    await publisher.unlink_mine((await publisher.license_of(key)).id, mia, at=AT + 12 * HOUR)
    await publisher.claim(key, mia, at=AT + 12 * HOUR)
    with pytest.raises(SignInRequired):
        await builder.unlink(at=AT + 13 * HOUR)


async def test_unlinks_from_the_account_page(publisher, held, mia):
    key, customer = held
    license_id = (await publisher.license_of(key)).id
    with pytest.raises(NotFound):
        await publisher.unlink_mine(license_id, an_account(), at=AT)
    with pytest.raises(NotFound):
        await publisher.unlink_mine("lic_none", mia, at=AT)
    await publisher.unlink_mine(license_id, mia, at=AT)
    assert (await publisher.license_of(key)).holder is None
    with pytest.raises(NotFound):
        await publisher.unlink_mine(license_id, mia, at=AT)
    await customer.renew(at=AT + DAY)
    assert not customer.certificate.license.linked


async def test_the_holder_activates_a_license_without_its_key(publisher, mia):
    key = await publisher.sell()
    mine = await publisher.claim(key, mia, at=AT)
    customer = publisher.customer()
    answer = await customer.activate(license_id=mine.license.id, account=mia)
    assert answer.created
    assert answer.activation["linked"] is True
    assert (await customer.activate(license_id=mine.license.id, account=mia)).created is False


async def test_the_holder_takes_a_free_seat_by_signing_in(publisher, mia):
    key, _ = await a_held_license(publisher, mia, 2)
    other = publisher.customer(OTHER, jkt="key-2")
    await other.activate(license_id=(await publisher.license_of(key)).id, account=mia)
    assert (await publisher.license_of(key)).held == 2


async def test_nobody_elses_license_can_be_named(publisher, held, mia):
    key, _ = held
    license_id = (await publisher.license_of(key)).id
    other = publisher.customer(OTHER, jkt="key-2")
    with pytest.raises(SignInRequired):
        await other.activate(license_id=license_id)
    for account, named in ((an_account(), license_id), (mia, "lic_none")):
        with pytest.raises(NotFound):
            await other.activate(license_id=named, account=account)
    unheld = await publisher.sell()
    with pytest.raises(NotFound):
        await other.activate(license_id=(await publisher.license_of(unheld)).id, account=mia)


async def test_a_named_license_must_fit_the_program(publisher, mia):
    tides = await publisher.sell(
        offer=an_offer(product_id="prd_other", product_slug="tides", product_name="Tides", edition_id="edt_o")
    )
    home = await publisher.sell(offer=an_offer(edition_id="edt_home", edition_slug="home"))
    ids = {key: (await publisher.claim(key, mia, at=AT)).license.id for key in (tides, home)}
    customer = publisher.customer()
    with pytest.raises(NotFound):
        await customer.activate(license_id=ids[tides], account=mia)
    with pytest.raises(EditionMismatch):
        await customer.activate(license_id=ids[home], edition="pro", account=mia)
    await customer.activate(license_id=ids[home], account=mia)


async def test_a_named_license_must_be_usable(publisher, held, mia):
    key, customer = held
    license_id = (await publisher.license_of(key)).id
    await publisher.ledger.set_standing(license_id, Standing.SUSPENDED)
    with pytest.raises(LicenseSuspended):
        await customer.activate(license_id=license_id, account=mia)


async def test_a_holder_on_trial_comes_back_to_the_seat_its_computer_holds(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(mia, at=AT + DAY)
    license_id = (await publisher.license_of(key)).id
    answer = await customer.activate(license_id=license_id, account=mia, at=AT + DAY)
    assert answer.created is False
    await customer.deactivate(at=AT + 2 * DAY)
    with pytest.raises(HolderProvisional):
        await customer.activate(license_id=license_id, account=mia, at=AT + 2 * DAY)


async def test_the_holder_leases_without_the_key_once_confirmed(publisher, mia):
    key = await publisher.sell(3, channel="subscription")
    await publisher.customer().activate(key, account=mia)
    license_id = (await publisher.license_of(key)).id
    builder = publisher.customer(OTHER, jkt="builder")
    answer = await builder.activate(license_id=license_id, account=mia, environment=Environment.CI)
    assert answer.activation["method"] == "lease"
    await publisher.unlink_mine(license_id, mia, at=AT)
    await publisher.claim(key, mia, at=AT)
    with pytest.raises(HolderProvisional):
        await builder.activate(license_id=license_id, account=mia, environment=Environment.CI)


async def test_the_seat_limit_lists_the_devices_to_the_holder_alone(publisher, held, mia):
    key, customer = held
    other = publisher.customer(OTHER, jkt="key-2")
    with pytest.raises(SeatLimitReached) as refused:
        await other.activate(key, account=mia)
    device = {"id": customer.device_id, "name": customer.certificate.device_name}
    assert refused.value.members["devices"] == [device | {"last_seen_at": "2026-01-02T03:04:05Z"}]
    unheld = await publisher.sell()
    await publisher.customer(a_computer(3), jkt="key-3").activate(unheld)
    with pytest.raises(SeatLimitReached) as refused:
        await other.activate(unheld, account=mia)
    assert "devices" not in refused.value.members


async def test_the_seat_limit_lists_no_devices_to_a_holder_on_trial(publisher, mia):
    key = await publisher.sell()
    await publisher.customer().activate(key)
    await publisher.claim(key, mia, at=AT)
    with pytest.raises(SeatLimitReached) as refused:
        await publisher.customer(OTHER, jkt="key-2").activate(key, account=mia)
    assert "devices" not in refused.value.members
    assert (await publisher.license_of(key)).holder.confirmed_at is None  # a refusal settles nothing
