"""What PCs tell of their Windows: only with consent, only to their owner, and gone when that is withdrawn."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from mooring.core.identifiers import new_device_id
from mooring.core.refusals import ConsentRequired, InvalidRequest, NotFound, PcLimitReached
from mooring.server.foundation.database.statement import Statement
from mooring.server.licensing.domain.activations.device_names import neutral_name
from mooring.server.licensing.domain.windows_pcs import MOST_PCS, Consent, WindowsPc
from mooring.server.licensing.storage.tables import windows_pcs
from mooring.server.licensing.storage.windows_pcs import StoredWindowsPcs
from mooring.server.licensing.use_cases.windows.forget_windows import ForgetWindows
from mooring.server.licensing.use_cases.windows.list_my_windows import ListMyWindows
from mooring.server.licensing.use_cases.windows.report_windows import ReportWindows, Telling
from mooring.windows.domain.report import WindowsReport
from tests.support.databases import KINDS
from tests.support.holders import AccountPublisher, an_account
from tests.support.ledgers import a_ledger
from tests.support.licenses import AT
from tests.support.publisher import as_a_door_does

HOUR = timedelta(hours=1)
PRO = WindowsReport("Professional", "retail", "activated", "3V66T", "10.0.22631", 22631, None)
LATER = PRO._replace(state="not_activated", problem="0xC004F213")


def thumbprint(number):
    return f"{number:0>43}"


LAPTOP, DESKTOP = thumbprint(1), thumbprint(2)


class Household(AccountPublisher):
    """A publisher whose customers' PCs tell of their Windows."""

    def __init__(self, ledger):
        super().__init__(ledger)
        self.database = ledger.database
        pcs = StoredWindowsPcs(ledger.database)
        self._report = as_a_door_does(ReportWindows(pcs))
        self.list_windows = ListMyWindows(pcs)
        self.forget = as_a_door_does(ForgetWindows(pcs))

    async def tell(self, account, computer=LAPTOP, report=PRO, *, jkt=None, agreed=None, at=AT):
        return await self._report(Telling(computer, jkt or computer, report, agreed), account, at=at)

    async def a_device(self, account):
        """Return the device of a license that the account holds for good."""
        key, customer = await self.sell(), self.customer()
        await customer.activate(key)
        await customer.link(account, key)
        return customer.device_id

    async def consents(self, account):
        page = await self.events(account)
        kinds = [each for each in page.items if each.kind.startswith("consent.")]
        return [(each.kind, each.device, each.at) for each in reversed(kinds)]

    async def everything(self):
        async with self.database.reading() as session:
            return repr(await session.fetch(Statement(select(windows_pcs))))


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


async def test_shows_what_a_pc_told_once_its_owner_agreed(household, mia):
    told = await household.tell(mia, agreed=1)
    assert told.report == PRO
    assert told.consent == Consent(1, AT)
    assert told.name == neutral_name(LAPTOP)
    assert await household.list_windows(mia) == [told]


async def test_takes_nothing_without_consent(household, mia):
    with pytest.raises(ConsentRequired) as refused:
        await household.tell(mia)
    assert (refused.value.purpose, refused.value.version) == ("windows", 1)
    assert await household.list_windows(mia) == []
    assert await household.consents(mia) == []


@pytest.mark.parametrize("version", [0, 2, 1_000_000])
async def test_nobody_agreed_to_a_text_that_there_is_not(household, mia, version):
    await household.tell(mia, agreed=1)
    with pytest.raises(InvalidRequest) as refused:
        await household.tell(mia, agreed=version, report=LATER)
    assert (refused.value.member, refused.value.status) == ("agreed", 422)
    assert [each.report for each in await household.list_windows(mia)] == [PRO]


async def test_a_consent_stands_until_it_is_withdrawn(household, mia):
    await household.tell(mia, agreed=1)
    for agreed in (None, 1):
        told = await household.tell(mia, report=LATER, agreed=agreed, at=AT + HOUR)
        assert (told.report, told.told_at) == (LATER, AT + HOUR)
        assert told.consent == Consent(1, AT)
    assert await household.list_windows(mia) == [told]
    assert await household.consents(mia) == [("consent.given", None, AT)]


async def test_a_consent_to_less_than_is_told_today_does_not_count(household, mia, monkeypatch):
    await household.tell(mia, agreed=1)
    monkeypatch.setattr("mooring.server.licensing.domain.windows_pcs.AGREEMENT", 2)
    with pytest.raises(ConsentRequired) as refused:
        await household.tell(mia)
    assert refused.value.version == 2
    told = await household.tell(mia, agreed=2, at=AT + HOUR)
    assert told.consent == Consent(2, AT + HOUR)
    assert [kind for kind, _, _ in await household.consents(mia)] == ["consent.given"] * 2


async def test_withdrawing_deletes_what_was_told_and_keeps_when(household, mia):
    device = await household.a_device(mia)
    await household.tell(mia, device, agreed=1, jkt=LAPTOP)
    await household.forget(device, mia, at=AT + HOUR)
    assert await household.list_windows(mia) == []
    assert "3V66T" not in await household.everything()
    assert mia.id not in await household.everything()
    assert await household.consents(mia) == [
        ("consent.given", device, AT),
        ("consent.withdrawn", device, AT + HOUR),
    ]


async def test_what_was_on_its_way_when_the_consent_was_withdrawn_is_refused(household, mia):
    await household.tell(mia, agreed=1)
    await household.forget(LAPTOP, mia, at=AT)
    with pytest.raises(ConsentRequired):
        await household.tell(mia)
    with pytest.raises(NotFound):
        await household.forget(LAPTOP, mia, at=AT)
    assert await household.list_windows(mia) == []


async def test_withdrawn_while_it_tells_there_is_nothing_left_whoever_comes_first(household, mia):
    for _ in range(6):
        await household.tell(mia, agreed=1)
        outcomes = await asyncio.gather(
            household.forget(LAPTOP, mia, at=AT),
            *(household.tell(mia, report=LATER) for _ in range(3)),
            return_exceptions=True,
        )
        assert outcomes[0] is None
        assert {type(each) for each in outcomes[1:]} <= {WindowsPc, ConsentRequired}
        assert await household.list_windows(mia) == []


async def test_a_device_is_shown_by_the_name_that_it_has_now(household, mia):
    device = await household.a_device(mia)
    await household.tell(mia, device, agreed=1, jkt=LAPTOP)
    await household.rename(device, "Kitchen", mia, at=AT)
    assert [each.name for each in await household.list_windows(mia)] == ["Kitchen"]


async def test_the_next_owner_of_a_device_names_it_for_themselves(household, mia):
    key, customer = await household.sell(), household.customer()
    await customer.activate(key)
    await customer.link(mia, key)
    device = customer.device_id
    told = await household.tell(mia, device, agreed=1, jkt=LAPTOP)
    tom = an_account("tom")
    await household.unlink_mine(customer.certificate.license.id, mia, at=AT)
    await customer.link(tom, key)
    await household.rename(device, "Tom's", tom, at=AT)
    assert [each.name for each in await household.list_windows(mia)] == [told.name]
    with pytest.raises(NotFound):
        await household.tell(mia, device, report=LATER)
    await household.forget(device, mia, at=AT)


async def test_pcs_are_listed_by_name(household, mia):
    for number in range(9):
        await household.tell(mia, thumbprint(number), agreed=1)
    names = [each.name for each in await household.list_windows(mia)]
    assert names == sorted(names)
    assert len(names) == 9


async def test_nobody_tells_for_a_device_of_another_account(household, mia, tom):
    device = await household.a_device(mia)
    for computer in (device, new_device_id(AT)):
        with pytest.raises(NotFound):
            await household.tell(tom, computer, agreed=1, jkt=LAPTOP)
    assert await household.list_windows(tom) == []


async def test_nobody_tells_for_a_device_that_was_freed(household, mia):
    device = await household.a_device(mia)
    await household.free(device, mia, at=AT)
    with pytest.raises(NotFound):
        await household.tell(mia, device, agreed=1, jkt=LAPTOP)


async def test_nobody_tells_for_another_installation(household, mia):
    with pytest.raises(NotFound):
        await household.tell(mia, LAPTOP, agreed=1, jkt=DESKTOP)


async def test_nobody_sees_or_forgets_what_another_accounts_pcs_told(household, mia, tom):
    told = await household.tell(mia, agreed=1)
    assert await household.list_windows(tom) == []
    with pytest.raises(NotFound):
        await household.forget(LAPTOP, tom, at=AT)
    await household.tell(tom, report=LATER, agreed=1)
    await household.forget(LAPTOP, tom, at=AT)
    assert await household.list_windows(mia) == [told]


async def test_a_pc_whose_license_was_linked_meanwhile_is_one_pc(household, mia):
    await household.tell(mia, agreed=1)
    await household.tell(mia, DESKTOP, agreed=1)
    device = await household.a_device(mia)
    with pytest.raises(ConsentRequired):
        await household.tell(mia, device, jkt=LAPTOP)
    await household.tell(mia, device, jkt=LAPTOP, agreed=1)
    assert {each.computer for each in await household.list_windows(mia)} == {device, DESKTOP}
    await household.tell(mia, LAPTOP, agreed=1)
    assert {each.computer for each in await household.list_windows(mia)} == {LAPTOP, DESKTOP}


async def test_an_account_shows_fifty_pcs_and_no_more(household, mia, tom):
    for number in range(MOST_PCS):
        await household.tell(mia, thumbprint(number), agreed=1)
    with pytest.raises(PcLimitReached) as refused:
        await household.tell(mia, thumbprint(MOST_PCS), agreed=1)
    assert refused.value.most == 50
    await household.tell(mia, thumbprint(0), report=LATER)
    device = await household.a_device(mia)
    await household.tell(mia, device, jkt=thumbprint(0), agreed=1)  # it takes its own place
    await household.tell(tom, agreed=1)
    await household.forget(device, mia, at=AT)
    await household.tell(mia, thumbprint(MOST_PCS), agreed=1)
    assert len(await household.list_windows(mia)) == 50


async def test_many_that_tell_at_once_do_not_pass_the_limit(household, mia):
    for number in range(MOST_PCS - 2):
        await household.tell(mia, thumbprint(number), agreed=1)
    outcomes = await asyncio.gather(
        *(household.tell(mia, thumbprint(100 + number), agreed=1) for number in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, PcLimitReached) for each in outcomes) == 4
    assert len(await household.list_windows(mia)) == MOST_PCS


async def test_the_same_told_twice_at_once_is_kept_once(household, mia):
    await asyncio.gather(*(household.tell(mia, agreed=1) for _ in range(5)))
    assert len(await household.list_windows(mia)) == 1
    assert len(await household.consents(mia)) == 1
