"""Becoming holder: at once with key and device, or the key of what nobody uses; else for 14 days on trial."""

import pytest

from mooring.core.certificate.model import Holder
from mooring.core.product_key import generate
from mooring.core.refusals import (
    AlreadyLinked,
    DeviceUnknown,
    HolderProvisional,
    InvalidRequest,
    KeyUnknown,
    KeyWrongProduct,
    LicenseRevoked,
    LicenseSuspended,
    LinkNotAllowed,
    NotFound,
    NotLicenseHolder,
    SignInRequired,
)
from mooring.server.licensing.domain.activations.device import Environment
from mooring.server.licensing.domain.license import Standing
from tests.support.computers import a_computer, after_reinstall
from tests.support.holders import AccountPublisher, an_account
from tests.support.licenses import AT, DAY, HOUR, a_license, an_offer

FORTNIGHT = 14 * DAY
OTHER = a_computer(2)


@pytest.fixture
def publisher():
    return AccountPublisher()


@pytest.fixture
def mia():
    return an_account("mia")


@pytest.fixture
def thief():
    return an_account("tom")


async def reinstalled(publisher, customer, jkt="key-again", *, at=AT):
    """Return the customer's computer after a reinstall: activated by its hardware, without the key."""
    again = publisher.customer(after_reinstall(customer.computer), jkt=jkt)
    await again.activate(at=at)
    return again


async def holder_of(publisher, key):
    return (await publisher.license_of(key)).holder


async def test_the_installation_that_typed_the_key_links_at_once(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    answer = await customer.link(mia, at=AT + HOUR)
    holder = await holder_of(publisher, key)
    assert (holder.account, holder.since, holder.confirmed_at) == (mia, AT + HOUR, AT + HOUR)
    assert holder.provisional_until is None
    assert holder.device_id == customer.device_id
    assert answer.activation["linked"] is True
    assert answer.activation["holder"] == {"masked": mia.masked, "provider": mia.provider}
    assert answer.activation["advice"] == []


async def test_the_certificate_says_who_holds_the_license(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    before = customer.certificate
    await customer.link(mia)
    claims = customer.certificate.license
    assert (claims.linked, claims.holder) == (True, Holder(mia.masked, mia.provider))
    assert customer.sequence == before.sequence + 1
    assert customer.certificate.hardware == before.hardware


async def test_the_key_typed_at_linking_links_at_once_where_hardware_alone_activated(publisher, mia):
    key = await publisher.sell()
    first = publisher.customer()
    await first.activate(key)
    again = await reinstalled(publisher, first)
    await again.link(mia, key)
    assert (await holder_of(publisher, key)).confirmed_at == AT


async def test_the_device_alone_makes_a_holder_for_14_days_on_trial(publisher, mia):
    key = await publisher.sell()
    first = publisher.customer()
    await first.activate(key)
    again = await reinstalled(publisher, first)
    answer = await again.link(mia)
    holder = await holder_of(publisher, key)
    assert (holder.confirmed_at, holder.provisional_until) == (None, AT + FORTNIGHT)
    assert again.certificate.license.holder == Holder(mia.masked, mia.provider, AT + FORTNIGHT)
    assert answer.activation["holder"]["provisional_until"] == "2026-01-16T03:04:05Z"
    assert answer.activation["advice"] == ["link_unconfirmed"]


@pytest.mark.parametrize(("later", "at_once"), [(DAY - HOUR / 3600, True), (DAY, False)])
async def test_the_key_typed_long_ago_vouches_for_nobody_who_signs_in_today(publisher, thief, later, at_once):
    """Thief: signing in on someone's computer, which was activated with its key long before."""
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(thief, at=AT + later)
    assert (await holder_of(publisher, key)).is_confirmed(at=AT + later) is at_once


async def test_after_14_days_without_objection_the_holder_is_confirmed(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(mia, at=AT + DAY)
    end = AT + DAY + FORTNIGHT
    holder = await holder_of(publisher, key)
    assert not holder.is_confirmed(at=end - HOUR)
    assert holder.is_confirmed(at=end)
    await customer.renew(at=end)
    assert customer.certificate.license.holder == Holder(mia.masked, mia.provider)


async def test_thief_who_signed_in_on_my_computer_is_sent_away_there_without_a_password(publisher, thief):
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(thief, at=AT + DAY)
    answer = await mine.unlink(at=AT + 2 * DAY)  # whoever sits there: nobody is signed in
    assert answer.activation["linked"] is False
    assert mine.certificate.license.holder is None
    assert await holder_of(publisher, key) is None


async def test_thief_who_signed_in_on_my_computer_can_move_nothing(publisher, thief):
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(thief, at=AT + DAY)
    own = publisher.customer(OTHER, jkt="thief's key")
    later = AT + 14 * DAY
    with pytest.raises(HolderProvisional) as refused:
        await own.reactivate(thief, mine.device_id, at=later)
    assert refused.value.until == AT + DAY + FORTNIGHT
    with pytest.raises(HolderProvisional):
        await publisher.free(mine.device_id, thief, at=later)
    with pytest.raises(HolderProvisional):
        await publisher.free_all(thief, at=later)
    with pytest.raises(HolderProvisional):
        await publisher.rename(mine.device_id, "mine now", thief, at=later)
    with pytest.raises(HolderProvisional):
        await own.activate(license_id=mine.certificate.license.id, account=thief, at=later)
    with pytest.raises(HolderProvisional):
        await publisher.deactivate(mine.activation_id, own.jkt, thief, at=later)
    license_ = await publisher.license_of(key)
    assert (license_.held, license_.moved) == (1, 0)
    assert await publisher.status(mine) == 0


async def test_thief_who_signed_in_on_my_computer_is_gone_once_i_type_the_key(publisher, thief, mia):
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(thief, at=AT + DAY)
    answer = await mine.activate(key, at=AT + 2 * DAY)
    assert answer.activation["linked"] is False
    assert await holder_of(publisher, key) is None


@pytest.mark.parametrize("later", [HOUR, 13 * DAY])
async def test_thief_still_signed_in_on_my_computer_is_not_confirmed_when_i_type_the_key(
    publisher, thief, later
):
    """Thief: the program sends the sign-in that is stored, which is his, along with the owner's key."""
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(thief, at=AT + DAY)
    at = AT + DAY + later
    answer = await mine.activate(key, account=thief, at=at)
    assert answer.activation["linked"] is False
    assert await holder_of(publisher, key) is None
    await mine.activate(key, account=thief, at=at)  # typed once more, to be sure
    await mine.link(thief, at=at + HOUR)
    assert not (await holder_of(publisher, key)).is_confirmed(at=at + HOUR)


async def test_thief_signed_in_on_my_computer_gains_nothing_when_i_take_its_seat_again(publisher, thief):
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(thief, at=AT + DAY)
    await mine.deactivate(at=AT + 2 * DAY)
    answer = await mine.activate(key, account=thief, at=AT + 4 * DAY)
    assert (answer.created, answer.activation["linked"]) == (True, False)
    await mine.link(thief, at=AT + 4 * DAY + HOUR)
    assert (await holder_of(publisher, key)).confirmed_at is None


async def test_a_key_that_vouched_before_a_claim_was_refused_vouches_no_longer(publisher, thief):
    key = await publisher.sell(2)
    first, second = publisher.customer(), publisher.customer(OTHER, jkt="key-2")
    await first.activate(key)
    await second.activate(key, at=AT + 2 * DAY)
    await first.link(thief, at=AT + 2 * DAY)
    await second.activate(key, account=thief, at=AT + 2 * DAY + HOUR)
    await second.link(thief, at=AT + 2 * DAY + 2 * HOUR)
    assert (await holder_of(publisher, key)).confirmed_at is None


async def test_thief_signed_in_where_a_subscription_is_typed_stays_on_trial(publisher, thief, mia):
    key = await publisher.sell(3, channel="subscription")
    mine, second = publisher.customer(), publisher.customer(OTHER, jkt="key-2")
    await mine.activate(key, account=mia)
    await mine.unlink(mia)
    await mine.link(thief, at=AT + DAY)
    for customer in (mine, second):
        answer = await customer.activate(key, account=thief, at=AT + 2 * DAY)
        assert answer.activation["advice"] == ["link_unconfirmed"]
        await customer.link(thief, at=AT + 2 * DAY)
        assert (await holder_of(publisher, key)).confirmed_at is None
    await mine.unlink(at=AT + 3 * DAY)
    await mine.activate(key, account=thief, at=AT + 3 * DAY)
    assert (await holder_of(publisher, key)).confirmed_at is None
    await mine.link(mia, key, at=AT + 3 * DAY)
    assert (await holder_of(publisher, key)).account == mia
    assert (await holder_of(publisher, key)).confirmed_at == AT + 3 * DAY


async def test_linking_with_the_key_confirms_the_holder_by_the_device(publisher, mia):
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(mia, at=AT + DAY)
    answer = await mine.link(mia, key, at=AT + 2 * DAY)
    holder = await holder_of(publisher, key)
    assert (holder.since, holder.confirmed_at) == (AT + DAY, AT + 2 * DAY)
    assert answer.activation["holder"] == {"masked": mia.masked, "provider": mia.provider}


async def test_an_honest_holder_who_types_the_key_without_linking_links_again_with_it(publisher, mia):
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(mia, at=AT + DAY)
    await mine.activate(key, account=mia, at=AT + 2 * DAY)
    assert (await publisher.license_of(key)).held == 1
    await mine.link(mia, key, at=AT + 2 * DAY)
    assert (await holder_of(publisher, key)).confirmed_at == AT + 2 * DAY


async def test_the_key_claimed_and_then_typed_on_a_computer_confirms_who_did_both(publisher, mia):
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await publisher.claim(key, mia, at=AT + DAY)
    await mine.activate(key, account=mia, at=AT + 2 * DAY)
    assert (await holder_of(publisher, key)).confirmed_at == AT + 2 * DAY


async def test_the_key_that_activates_a_reinstalled_computer_vouches_for_who_signs_in_then(publisher, mia):
    key = await publisher.sell()
    first = publisher.customer()
    await first.activate(key)
    again = publisher.customer(after_reinstall(first.computer), jkt="key-again")
    await again.activate(key, at=AT + 9 * DAY)
    await again.link(mia, at=AT + 9 * DAY + HOUR)
    assert (await holder_of(publisher, key)).confirmed_at == AT + 9 * DAY + HOUR


async def test_the_key_that_takes_a_seat_again_vouches_for_who_signs_in_then(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.deactivate(at=AT + DAY)
    await customer.activate(key, at=AT + 9 * DAY)
    await customer.link(mia, at=AT + 9 * DAY + HOUR)
    assert (await holder_of(publisher, key)).confirmed_at == AT + 9 * DAY + HOUR


async def test_the_key_typed_on_a_computer_that_was_active_anyway_vouches_for_nobody(publisher, thief):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.activate(key, at=AT + 9 * DAY)
    await customer.link(thief, at=AT + 9 * DAY + HOUR)
    assert (await holder_of(publisher, key)).confirmed_at is None


async def test_linking_with_the_key_takes_the_place_of_a_holder_on_trial(publisher, thief, mia):
    key = await publisher.sell()
    mine = publisher.customer()
    await mine.activate(key)
    await mine.link(thief, at=AT + DAY)
    await mine.link(mia, key, at=AT + 2 * DAY)
    assert (await holder_of(publisher, key)).account == mia


async def test_a_container_that_types_the_key_settles_nothing(publisher, mia):
    key = await publisher.sell(3, channel="subscription")
    first = publisher.customer()
    await first.activate(key, account=mia)
    await first.unlink(mia)
    await first.link(mia, at=AT + DAY)
    builder = publisher.customer(OTHER, jkt="builder")
    await builder.activate(key, environment=Environment.CI, account=an_account(), at=AT + DAY)
    holder = await holder_of(publisher, key)
    assert holder.account == mia
    assert holder.confirmed_at is None


async def test_the_key_alone_claims_a_license_that_nobody_uses_at_once(publisher, mia):
    key = await publisher.sell()
    mine = await publisher.claim(key, mia, at=AT)
    assert (mine.confirmed, mine.provisional_until, mine.devices) == (True, None, [])
    assert (await holder_of(publisher, key)).device_id is None


async def test_thief_who_kept_a_sold_key_claims_it_only_on_trial(publisher, thief, mia):
    key = await publisher.sell()
    buyer = publisher.customer()
    await buyer.activate(key)
    mine = await publisher.claim(key, thief, at=AT + DAY)
    assert (mine.confirmed, mine.provisional_until) == (False, AT + DAY + FORTNIGHT)
    assert mine.devices == []  # nor does he learn whose computer it is
    assert (mine.held, mine.can_move.allowed) == (1, False)
    assert (await publisher.devices(thief, at=AT + DAY)).items == []
    with pytest.raises(NotFound):
        await publisher.free(buyer.device_id, thief, at=AT + DAY)
    with pytest.raises(NotFound):
        await publisher.customer(OTHER, jkt="t").reactivate(thief, buyer.device_id, at=AT + DAY)
    await buyer.renew(at=AT + 2 * DAY)
    assert buyer.answer.activation["advice"] == ["link_unconfirmed"]
    await buyer.unlink(at=AT + 2 * DAY)
    await buyer.link(mia, key, at=AT + 2 * DAY)
    with pytest.raises(AlreadyLinked):
        await publisher.claim(key, thief, at=AT + 3 * DAY)


async def test_thief_who_kept_a_sold_key_cannot_use_it_once_the_buyer_linked(publisher, thief, mia):
    key = await publisher.sell(2)
    buyer = publisher.customer()
    await buyer.activate(key)
    await buyer.link(mia)
    seller = publisher.customer(OTHER, jkt="seller")
    with pytest.raises(SignInRequired):
        await seller.activate(key)
    with pytest.raises(NotLicenseHolder) as refused:
        await seller.activate(key, account=thief)
    assert refused.value.holder == mia.masked
    with pytest.raises(SignInRequired):
        await seller.activate(key, environment=Environment.CONTAINER)
    assert (await publisher.license_of(key)).held == 1


async def test_thief_who_sold_a_linked_license_is_found_out_at_the_first_activation(publisher, thief, mia):
    key = await publisher.sell(2)
    await publisher.claim(key, thief, at=AT)
    buyer = publisher.customer()
    with pytest.raises(NotLicenseHolder) as refused:
        await buyer.activate(key, account=mia)
    assert refused.value.holder == thief.masked


async def test_key_and_device_add_up_whichever_came_first(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await publisher.claim(key, mia, at=AT + DAY)
    assert not (await holder_of(publisher, key)).is_confirmed(at=AT + DAY)
    await customer.link(mia, at=AT + 2 * DAY)
    assert (await holder_of(publisher, key)).confirmed_at == AT + 2 * DAY

    other_key = await publisher.sell()
    other = publisher.customer(OTHER, jkt="key-2")
    await other.activate(other_key)
    await other.link(mia, at=AT + DAY)
    assert (await publisher.claim(other_key, mia, at=AT + 2 * DAY)).confirmed


async def test_claiming_the_same_key_again_only_by_key_stays_on_trial(publisher, mia):
    key = await publisher.sell()
    await publisher.customer().activate(key)
    first = await publisher.claim(key, mia, at=AT)
    again = await publisher.claim(key, mia, at=AT + DAY)
    assert first.provisional_until == again.provisional_until == AT + FORTNIGHT
    assert not again.confirmed


async def test_a_license_that_only_runs_on_lease_is_in_use(publisher, mia):
    key = await publisher.sell(3, channel="subscription")
    builder = publisher.customer(OTHER, jkt="builder")
    await builder.activate(key, environment=Environment.CI, account=an_account())
    assert not (await publisher.claim(key, mia, at=AT)).confirmed


async def test_a_second_account_is_told_who_holds_it(publisher, mia, thief):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(mia)
    for link in (lambda: customer.link(thief, key), lambda: publisher.claim(key, thief, at=AT)):
        with pytest.raises(AlreadyLinked) as refused:
            await link()
        assert refused.value.holder == mia.masked
    assert (await holder_of(publisher, key)).account == mia


async def test_no_device_alone_takes_the_place_of_a_holder_on_trial(publisher, mia, thief):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(mia, at=AT + DAY)
    with pytest.raises(AlreadyLinked):
        await customer.link(thief, at=AT + 2 * DAY)
    with pytest.raises(AlreadyLinked):
        await publisher.claim(key, thief, at=AT + 2 * DAY)


async def test_linking_again_changes_nothing_but_the_certificate(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await customer.link(mia)
    holder = await holder_of(publisher, key)
    await customer.link(mia, at=AT + DAY)
    assert await holder_of(publisher, key) == holder
    assert customer.certificate.license.linked


async def test_a_lost_answer_of_linking_is_given_at_the_next_renewal(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    await publisher.link(customer.activation_id, customer.jkt, mia, at=AT)  # never arrives
    assert customer.sequence == 1
    await customer.renew(at=AT + HOUR)
    assert customer.certificate.license.linked
    assert customer.sequence == 2


async def test_the_organizations_license_cannot_be_linked(publisher, mia):
    key = await publisher.sell(channel="volume", seats=3)
    customer = publisher.customer()
    await customer.activate(key)
    with pytest.raises(LinkNotAllowed):
        await customer.link(mia)
    with pytest.raises(LinkNotAllowed):
        await publisher.claim(key, mia, at=AT)


async def test_a_lease_links_nothing(publisher, mia):
    key = await publisher.sell(3, channel="subscription")
    builder = publisher.customer(OTHER, jkt="builder")
    await builder.activate(key, environment=Environment.CI, account=mia)
    with pytest.raises(LinkNotAllowed):
        await builder.link(mia)
    assert await holder_of(publisher, key) is None


async def test_only_this_licenses_key_vouches(publisher, mia):
    key, other = await publisher.sell(), await publisher.sell()
    foreign = await publisher.sell(
        offer=an_offer(product_id="prd_other", product_slug="tides", product_name="Tides", edition_id="edt_o")
    )
    customer = publisher.customer()
    await customer.activate(key)
    with pytest.raises(InvalidRequest) as refused:
        await customer.link(mia, other)
    assert refused.value.member == "product_key"
    with pytest.raises(KeyWrongProduct) as wrong:
        await customer.link(mia, foreign)
    assert wrong.value.product_name == "Tides"
    with pytest.raises(KeyUnknown):
        await customer.link(mia, generate(7))
    assert await holder_of(publisher, key) is None


async def test_claims_no_key_that_is_none_or_that_the_publisher_stopped(publisher, mia):
    with pytest.raises(KeyUnknown):
        await publisher.claim(generate(7), mia, at=AT)
    with pytest.raises(LicenseRevoked):
        await publisher.claim(await publisher.sell(standing=Standing.REVOKED), mia, at=AT)


async def test_links_only_from_an_installation_that_holds_its_place(publisher, mia):
    key = await publisher.sell()
    customer = publisher.customer()
    await customer.activate(key)
    with pytest.raises(DeviceUnknown):
        await publisher.link(customer.activation_id, "another key", mia, at=AT)
    with pytest.raises(DeviceUnknown):
        await publisher.unlink(customer.activation_id, "another key", mia, at=AT)
    license_ = await publisher.license_of(key)
    await publisher.ledger.set_standing(license_.id, Standing.SUSPENDED)
    with pytest.raises(LicenseSuspended):
        await customer.link(mia)
    with pytest.raises(LicenseSuspended):
        await customer.unlink(mia)
    await publisher.ledger.set_standing(license_.id, Standing.ACTIVE)
    await customer.deactivate()
    with pytest.raises(DeviceUnknown):
        await customer.link(mia)
    with pytest.raises(DeviceUnknown):
        await customer.unlink(mia)


async def test_a_subscription_links_as_it_is_activated_signed_in(publisher, mia, thief):
    key = await publisher.sell_license(a_license(3, channel="subscription"))
    customer = publisher.customer()
    with pytest.raises(SignInRequired):
        await customer.activate(key)
    answer = await customer.activate(key, account=mia)
    assert answer.activation["linked"] is True
    assert (await holder_of(publisher, key)).confirmed_at == AT
    second = publisher.customer(OTHER, jkt="key-2")
    with pytest.raises(NotLicenseHolder):
        await second.activate(key, account=thief)
    await second.activate(key, account=mia)
    assert (await publisher.license_of(key)).held == 2


async def test_the_key_typed_signed_in_links_no_license_whose_link_is_only_offered(publisher, mia):
    key = await publisher.sell()
    answer = await publisher.customer().activate(key, account=mia)
    assert answer.activation["linked"] is False
    assert await holder_of(publisher, key) is None
