"""Consents: nothing is kept without one, all that it brought goes with it, and that whatever meets."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from mooring.core.privacy import DEVICE_NAME
from mooring.core.refusals import ConsentRequired, HolderProvisional, InvalidRequest, NotFound
from mooring.server.foundation.database.schema import metadata
from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.storage.tables import accounts
from mooring.server.licensing.domain.activations.device import DeviceFacts, Environment
from mooring.server.licensing.domain.activations.device_names import neutral_name
from mooring.server.licensing.storage.windows_pcs import StoredWindowsPcs
from mooring.server.licensing.use_cases.devices.rename_device import NameDeviceByConsent
from mooring.server.licensing.use_cases.windows.list_my_windows import ListMyWindows
from mooring.server.licensing.use_cases.windows.report_windows import ReportWindows, Telling
from mooring.server.privacy.domain.consents import MOST_SHOWN, Door, Wish
from mooring.server.privacy.storage.consents import StoredConsents
from mooring.server.privacy.use_cases.choose import Choose, ShareNothing
from mooring.server.privacy.use_cases.list_choices import ListChoices
from mooring.windows.domain.report import WindowsReport
from tests.support.computers import a_computer
from tests.support.databases import KINDS
from tests.support.holders import AccountPublisher, an_account
from tests.support.ledgers import a_ledger
from tests.support.licenses import AT, a_policy
from tests.support.publisher import as_a_door_does

HOUR = timedelta(hours=1)
STUDIO = "Studio PC of Mia"
ASKS = (DEVICE_NAME,)
WINDOWS = WindowsReport("Professional", "retail", "activated", "3V66T", "10.0.22631", 22631, None)


def a_wish(*, agree, door=Door.PROGRAM):
    return Wish(choices={DEVICE_NAME: agree}, text_versions={DEVICE_NAME: 1}, language="en", door=door)


def called(name):
    """Return what a computer says of itself that calls itself ``name``."""
    return DeviceFacts(platform="linux", os_version="6.1", app_version="1.0", name=name)


class Household(AccountPublisher):
    """A publisher whose customers decide what they share."""

    def __init__(self, ledger):
        super().__init__(ledger)
        self.database = ledger.database
        consents = StoredConsents(ledger)
        self._choose = as_a_door_does(Choose(consents, ASKS))
        self._share_nothing = as_a_door_does(ShareNothing(consents, ASKS))
        self.list_choices = ListChoices(consents, ASKS)
        self.choose_unasked = as_a_door_does(Choose(consents, ()))
        self.name = as_a_door_does(NameDeviceByConsent(ledger))
        pcs = StoredWindowsPcs(ledger.database)
        self.tell_windows, self.list_windows = as_a_door_does(ReportWindows(pcs)), ListMyWindows(pcs)

    async def agree(self, account, *, at=AT, door=Door.PROGRAM):
        return await self._choose(a_wish(agree=True, door=door), account.id, at=at)

    async def withdraw(self, account, *, at=AT + HOUR, door=Door.SITE):
        return await self._choose(a_wish(agree=False, door=door), account.id, at=at)

    async def share_nothing(self, account, *, at=AT + HOUR):
        return await self._share_nothing(account.id, language="en", door=Door.SITE, at=at)

    async def agreed(self, account):
        return (await self.list_choices(account.id)).offered[0].agreed

    async def named(self, account, name=STUDIO, **changes):
        """Return a customer whose computer activated, linked, under its own name if that was kept."""
        key, customer = await self.sell(), self.customer(jkt=changes.pop("jkt", "key-1"))
        await customer.activate(key, account=account, device=called(name), **changes)
        await customer.link(account, key)
        return customer

    async def name_of(self, customer):
        return (await self.line(customer)).device.name

    async def everything(self):
        """Return all that the database holds, as text."""
        found = []
        async with self.database.reading() as session:
            for table in metadata.sorted_tables:
                if table is not accounts:
                    found += await session.fetch(Statement(select(table)))
        return repr(found)


@pytest.fixture(params=[*KINDS, "workers"])
async def household(request, tmp_path):
    async with a_ledger(request.param, tmp_path) as ledger:
        yield Household(ledger)


@pytest.fixture
def mia():
    return an_account("mia")


@pytest.fixture
def tom():
    return an_account("tom")


async def test_a_name_without_consent_is_dropped_and_leaves_no_trace(household, mia, tom):
    await household.agree(tom)
    customer = await household.named(mia)
    answer = await customer.activate(account=mia, device=called(STUDIO))
    assert answer.dropped == ("device.name",)
    assert await household.name_of(customer) == neutral_name(customer.device_id)
    assert STUDIO not in await household.everything()
    assert not await household.agreed(mia)


async def test_a_name_that_comes_without_an_account_is_dropped(household, mia):
    await household.agree(mia)
    key, customer = await household.sell(), household.customer()
    assert (await customer.activate(key, device=called(STUDIO))).dropped == ("device.name",)
    assert STUDIO not in await household.everything()


async def test_with_consent_the_device_goes_by_its_own_name_from_the_first_certificate_on(household, mia):
    await household.agree(mia)
    key, customer = await household.sell(), household.customer()
    answer = await customer.activate(key, account=mia, device=called(f" {STUDIO} "))
    assert answer.dropped == ()
    assert customer.certificate.device_name == STUDIO
    assert answer.activation["device"]["name"] == STUDIO


async def test_who_says_no_name_has_a_neutral_one_and_nothing_is_dropped(household, mia):
    await household.agree(mia)
    customer = await household.named(mia, None)
    assert (customer.answer.activation["device"]["name"]) == neutral_name(customer.device_id)
    answer = await customer.activate(account=mia, device=called(None))
    assert answer.dropped == ()


async def test_a_device_that_is_known_gets_its_name_with_the_next_activation(household, mia):
    customer = await household.named(mia, None)
    await household.agree(mia)
    assert (await customer.activate(account=mia, device=called(STUDIO))).dropped == ()
    assert customer.certificate.device_name == STUDIO
    await customer.activate(account=mia, device=called("Kitchen PC"))  # the computer was given another
    assert await household.name_of(customer) == "Kitchen PC"
    await household.withdraw(mia)
    assert await household.name_of(customer) == neutral_name(customer.device_id)


async def test_reactivating_keeps_the_name_by_the_same_rule(household, mia):
    customer = await household.named(mia, None)
    again = household.customer(a_computer(2), jkt="key-2")
    answer = await again.reactivate(mia, customer.device_id, device=called(STUDIO))
    assert answer.dropped == ("device.name",)
    await household.agree(mia)
    answer = await again.reactivate(mia, again.device_id, device=called(STUDIO))
    assert (answer.dropped, await household.name_of(again)) == ((), STUDIO)


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "two\nlines", "a\u202eb"])
async def test_what_cannot_be_a_name_is_dropped(household, mia, name):
    await household.agree(mia)
    key, customer = await household.sell(), household.customer()
    assert (await customer.activate(key, account=mia, device=called(name))).dropped == ("device.name",)
    assert await household.name_of(customer) == neutral_name(customer.device_id)


async def test_a_container_has_no_name_that_is_kept(household, mia):
    await household.agree(mia)
    key, customer = await household.sell(policy=a_policy(lease_seats=1)), household.customer()
    answer = await customer.activate(
        key, account=mia, device=called(STUDIO), environment=Environment.CONTAINER
    )
    assert answer.dropped == ("device.name",)
    assert STUDIO not in await household.everything()


async def test_who_signs_in_on_somebodys_computer_names_nothing_there(household, mia, tom):
    customer = await household.named(mia, None)
    await household.agree(tom)
    answer = await customer.activate(account=tom, device=called("Tom was here"))
    assert answer.dropped == ("device.name",)
    with pytest.raises(NotFound):
        await household.name(customer.device_id, "Tom was here", tom, at=AT)
    assert "Tom was here" not in await household.everything()


async def test_a_holder_on_trial_names_nothing(household, tom):
    key, customer = await household.sell(), household.customer()
    await customer.activate(key)
    await customer.link(tom, at=AT + 48 * HOUR)
    await household.agree(tom)
    later = AT + 49 * HOUR
    assert (await customer.activate(account=tom, device=called("T"), at=later)).dropped == ("device.name",)
    with pytest.raises(HolderProvisional):
        await household.name(customer.device_id, "Tom's", tom, at=later)


async def test_withdrawing_takes_everything_with_it_that_the_consent_brought(household, mia):
    await household.agree(mia)
    customer = await household.named(mia)
    telling = Telling(customer.device_id, customer.jkt, WINDOWS, agreed=1)
    assert (await household.tell_windows(telling, mia, at=AT)).name == STUDIO
    await household.withdraw(mia)
    neutral = neutral_name(customer.device_id)
    assert await household.name_of(customer) == neutral
    assert [pc.name for pc in await household.list_windows(mia)] == [neutral]
    assert STUDIO not in await household.everything()
    await customer.renew(at=AT + 2 * HOUR)
    assert customer.certificate.device_name == neutral


async def test_a_name_that_a_person_typed_stays_theirs(household, mia):
    await household.agree(mia)
    customer = await household.named(mia)
    await household.rename(customer.device_id, "The boat", mia, at=AT)
    assert (await customer.activate(account=mia, device=called(STUDIO))).dropped == ("device.name",)
    assert (await household.name(customer.device_id, STUDIO, mia, at=AT)).device.name == "The boat"
    await household.withdraw(mia)
    assert await household.name_of(customer) == "The boat"


async def test_the_name_that_a_person_typed_may_be_the_computers_own(household, mia):
    await household.agree(mia)
    customer = await household.named(mia)
    await household.rename(customer.device_id, STUDIO, mia, at=AT)
    await household.withdraw(mia)
    assert await household.name_of(customer) == STUDIO


async def test_a_program_names_its_computer_right_after_its_owner_agreed(household, mia):
    customer = await household.named(mia, None)
    with pytest.raises(ConsentRequired) as refused:
        await household.name(customer.device_id, STUDIO, mia, at=AT)
    assert (refused.value.purpose, refused.value.version) == (DEVICE_NAME, 1)
    await household.agree(mia)
    for _ in range(2):
        assert (await household.name(customer.device_id, STUDIO, mia, at=AT)).device.name == STUDIO
    for unfit in ("", "x" * 65):
        with pytest.raises(InvalidRequest):
            await household.name(customer.device_id, unfit, mia, at=AT)
    await household.withdraw(mia)
    assert await household.name_of(customer) == neutral_name(customer.device_id)


async def test_takes_back_only_what_this_consent_brought(household, mia, tom):
    for each in (mia, tom):
        await household.agree(each)
    hers = await household.named(mia)
    key, his = await household.sell(), household.customer(a_computer(7), jkt="key-7")
    await his.activate(key, account=tom, device=called("Tom's"))
    await household.withdraw(mia)
    assert await household.name_of(hers) == neutral_name(hers.device_id)
    assert await household.name_of(his) == "Tom's"
    assert await household.agreed(tom)


async def test_all_computers_of_an_account_are_renamed_at_once(household, mia):
    await household.agree(mia)
    customers = []
    for number in range(5):
        key, customer = await household.sell(), household.customer(a_computer(number), jkt=f"key-{number}")
        await customer.activate(key, account=mia, device=called(f"PC {number}"))
        customers.append(customer)
    assert [await household.name_of(each) for each in customers] == [f"PC {n}" for n in range(5)]
    await household.share_nothing(mia)
    assert [await household.name_of(each) for each in customers] == [
        neutral_name(each.device_id) for each in customers
    ]


async def test_both_are_written_down_and_stand_among_what_happened(household, mia):
    await household.agree(mia)
    await household.agree(mia, at=AT + HOUR)
    await household.withdraw(mia, at=AT + 2 * HOUR)
    await household.withdraw(mia, at=AT + 3 * HOUR)
    await household.agree(mia, at=AT + 4 * HOUR, door=Door.SITE)
    assert [(each.kind, each.reason, each.at) for each in (await household.events(mia)).items] == [
        ("consent.given", DEVICE_NAME, AT + 4 * HOUR),
        ("consent.withdrawn", DEVICE_NAME, AT + 2 * HOUR),
        ("consent.given", DEVICE_NAME, AT),
    ]
    history = (await household.list_choices(mia.id)).history
    assert [(each.agreed_at, each.agreed_by, each.withdrawn_at, each.withdrawn_by) for each in history] == [
        (AT + 4 * HOUR, Door.SITE, None, None),
        (AT, Door.PROGRAM, AT + 2 * HOUR, Door.SITE),
    ]


async def test_shows_the_latest_consents_and_no_more(household, mia):
    for number in range(MOST_SHOWN + 2):
        await household.agree(mia, at=AT + number * HOUR)
        await household.withdraw(mia, at=AT + number * HOUR)
    history = (await household.list_choices(mia.id)).history
    assert [each.agreed_at for each in history] == [
        AT + number * HOUR for number in range(MOST_SHOWN + 1, 1, -1)
    ]


async def test_what_is_not_asked_for_any_more_can_still_be_withdrawn(household, mia):
    await household.agree(mia)
    with pytest.raises(InvalidRequest):
        await household.choose_unasked(a_wish(agree=True), mia.id, at=AT + HOUR)
    choices = await household.choose_unasked(a_wish(agree=False), mia.id, at=AT + HOUR)
    assert choices.offered == []
    assert [each.withdrawn_at for each in choices.history] == [AT + HOUR]


async def test_two_doors_that_agree_at_once_make_one_consent(household, mia):
    doors = [Door.SITE, Door.PROGRAM] * 3
    answers = await asyncio.gather(*(household.agree(mia, door=door) for door in doors))
    (consent,) = (await household.list_choices(mia.id)).history
    assert [[each.id for each in answer.history] for answer in answers] == [[consent.id]] * 6
    assert [each.kind for each in (await household.events(mia)).items] == ["consent.given"]


async def test_two_doors_that_withdraw_at_once_withdraw_once(household, mia):
    await household.agree(mia)
    customer = await household.named(mia)
    await asyncio.gather(*(household.withdraw(mia, door=door) for door in [Door.SITE, Door.PROGRAM] * 3))
    kinds = [each.kind for each in (await household.events(mia)).items]
    assert kinds.count("consent.withdrawn") == 1
    assert await household.name_of(customer) == neutral_name(customer.device_id)


async def test_two_doors_that_agree_and_withdraw_at_once_leave_what_one_of_them_said(household, mia):
    for number in range(8):
        at = AT + number * HOUR
        await asyncio.gather(household.agree(mia, at=at), household.withdraw(mia, at=at))
        standing = [
            each for each in (await household.list_choices(mia.id)).history if each.withdrawn_at is None
        ]
        assert len(standing) <= 1
        assert await household.agreed(mia) == bool(standing)


async def test_no_name_is_kept_after_its_consent_was_withdrawn_however_they_meet(household, mia):
    customer = await household.named(mia, None)
    neutral = neutral_name(customer.device_id)
    for number in range(12):
        at = AT + number * HOUR
        await household.agree(mia, at=at)
        again = customer.copied()

        async def telling(how=number % 2, who=again, at=at):
            if how:
                await who.activate(account=mia, device=called(STUDIO), at=at)
            else:
                try:
                    await household.name(customer.device_id, STUDIO, mia, at=at)
                except ConsentRequired:
                    assert not await household.agreed(mia)

        await asyncio.gather(telling(), household.withdraw(mia, at=at))
        assert await household.name_of(customer) == neutral
    async with household.database.reading() as session:
        assert await session.fetch(Statement(select(metadata.tables["device_names"]))) == []


async def test_a_new_device_and_a_withdrawal_at_once_leave_no_name(household, mia):
    for number in range(6):
        at = AT + number * HOUR
        await household.agree(mia, at=at)
        key, customer = await household.sell(), household.customer(a_computer(number), jkt=f"key-{number}")
        await asyncio.gather(
            customer.activate(key, account=mia, device=called(STUDIO), at=at),
            household.withdraw(mia, at=at),
        )
        assert await household.name_of(customer) == neutral_name(customer.device_id)
