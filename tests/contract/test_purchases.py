"""A license sold to an e-mail address: who may claim it, and how little others learn; on both databases."""

from datetime import timedelta

import pytest

from mooring.core.refusals import (
    AlreadyLinked,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
    LinkNotAllowed,
    NotFound,
    RateLimited,
)
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.domain.new_holders.addressee import MeantForAnother
from mooring.server.licensing.domain.obstacles import NotThere
from mooring.server.licensing.storage.ledger.reading import StoredLedgerReader
from mooring.server.licensing.storage.tables import claim_links, purchases
from mooring.server.licensing.use_cases.purchases.ask_for_licenses import BY_ADDRESS
from mooring.server.licensing.use_cases.purchases.mailing import MOST_NAMES, distinct
from tests.support.budgets import left
from tests.support.computers import a_computer
from tests.support.conflicts import meeting_others
from tests.support.databases import KINDS
from tests.support.ledgers import a_ledger
from tests.support.licenses import AT, DAY, a_policy
from tests.support.new_holders import Exchange, an_addressee

MIA, TOM = "mia@outlook.example", "tom@post.example"
SECOND = timedelta(seconds=1)


@pytest.fixture(params=KINDS)
async def exchange(request, tmp_path):
    async with a_ledger(request.param, tmp_path) as ledger:
        yield Exchange(ledger, ledger.database)


@pytest.fixture
def mia(exchange):
    return exchange.people.add(MIA)


async def sold(exchange, to=MIA, *, at=AT, **terms):
    """Return the key and the id of a license that was sold to this address."""
    key = await exchange.sell(**terms)
    license_id = (await exchange.license_of(key)).id
    await exchange.sell_to(license_id, an_addressee(to), language="de", at=at)
    return key, license_id


class TestSelling:
    async def test_the_buyer_gets_a_mail(self, exchange):
        await sold(exchange)
        [mail] = await exchange.mailboxes.all()
        assert (mail.kind, mail.to, mail.language) == ("license_claim", MIA, "de")
        assert mail.values["product"] == "Harbor Notes"
        assert str(mail.values["link"]).startswith("https://licenses.example/claim?token=")

    async def test_it_can_be_sent_again_to_the_same_address_or_another(self, exchange, mia):
        _, license_id = await sold(exchange)
        first = await exchange.link_in("license_claim")
        again = await exchange.sell_to(license_id, None, at=AT + DAY)
        assert (again.to.text, again.language) == (MIA, "de")
        with pytest.raises(NotFound):  # the newest mail counts
            await exchange.find_purchases(first, None, at=AT + DAY)
        await exchange.sell_to(license_id, an_addressee(TOM), at=AT + DAY)
        assert (await exchange.mailboxes.all())[-1].to == TOM
        assert await exchange.waiting_for(mia, at=AT) == []

    async def test_nothing_is_sent_where_no_address_waits(self, exchange):
        license_id = (await exchange.license_of(await exchange.sell())).id
        with pytest.raises(NotThere):
            await exchange.sell_to(license_id, None, at=AT)
        with pytest.raises(NotFound):
            await exchange.sell_to("lic_none", an_addressee(), at=AT)
        assert await exchange.mailboxes.all() == []

    async def test_what_cannot_be_claimed_is_not_sold_so(self, exchange, mia):
        _, held = await exchange.held_by(mia)
        stopped = (await exchange.license_of(await exchange.sell())).id
        await exchange.ledger.set_standing(stopped, Standing.SUSPENDED)
        volume = (await exchange.license_of(await exchange.sell(channel="volume"))).id
        for license_id, refusal in (
            (held, AlreadyLinked),
            (stopped, LicenseSuspended),
            (volume, LinkNotAllowed),
        ):
            with pytest.raises(refusal):
                await exchange.sell_to(license_id, an_addressee(), at=AT)
        assert await exchange.mailboxes.all() == []

    async def test_addresses_and_links_cannot_be_read_in_the_database(self, exchange):
        await sold(exchange)
        text = repr([await exchange.rows(table) for table in (purchases, claim_links)])
        for secret in (MIA, "outlook", await exchange.link_in("license_claim")):
            assert secret not in text


class TestByTheProvenAddress:
    async def test_it_waits_for_the_account_and_is_its_own_for_good(self, exchange, mia):
        _, license_id = await sold(exchange)
        [waits] = await exchange.waiting_for(mia, at=AT)
        assert (waits.license.id, waits.seats, waits.expires_at) == (license_id, 1, None)
        mine = await exchange.claim_bought(license_id, mia, at=AT)
        assert (mine.license.id, mine.confirmed) == (license_id, True)
        assert await exchange.holder_of(license_id) == mia.id
        assert await exchange.waiting_for(mia, at=AT) == []
        assert (await exchange.told(mia))[-1] == "license.linked"
        await exchange.customer().activate(license_id=license_id, account=mia)

    async def test_an_address_that_nobody_proved_gets_nothing(self, exchange):
        _, license_id = await sold(exchange)
        squatter, nobody = exchange.people.add(MIA, proven=False), exchange.people.add(None)
        tom = exchange.people.add(TOM)
        for account in (squatter, nobody, tom):
            assert await exchange.waiting_for(account, at=AT) == []
            with pytest.raises(NotFound):
                await exchange.claim_bought(license_id, account, at=AT)
        assert await exchange.holder_of(license_id) is None

    @pytest.mark.parametrize("end", ["revoked", "suspended", "held"])
    async def test_what_cannot_be_claimed_leaves_the_list(self, exchange, mia, end):
        key, license_id = await sold(exchange)
        if end == "held":
            await exchange.claim(key, exchange.people.add(TOM), at=AT)
        else:
            await exchange.ledger.set_standing(license_id, Standing(end))
        assert await exchange.waiting_for(mia, at=AT) == []
        if end == "suspended":
            await exchange.ledger.set_standing(license_id, Standing.ACTIVE)
            assert [each.license.id for each in await exchange.waiting_for(mia, at=AT)] == [license_id]

    async def test_it_is_claimed_once(self, exchange, mia):
        _, license_id = await sold(exchange)
        await exchange.claim_bought(license_id, mia, at=AT)
        await exchange.unlink_mine(license_id, mia, at=AT)
        for wanted in (license_id, "lic_none"):
            with pytest.raises(NotFound):
                await exchange.claim_bought(wanted, mia, at=AT)

    async def test_a_license_that_others_use_is_claimed_for_now_only(self, exchange, mia):
        """A buyer who sold the key on still reads the mailbox."""
        key, license_id = await sold(exchange)
        user = exchange.customer(a_computer(2), jkt="key-2")
        await user.activate(key)
        assert not (await exchange.claim_bought(license_id, mia, at=AT)).confirmed
        await user.unlink()
        assert await exchange.holder_of(license_id) is None

    async def test_a_lease_is_a_use_too(self, exchange, mia):
        key, license_id = await sold(exchange, policy=a_policy(lease_seats=1))
        await exchange.customer(a_computer(2), jkt="key-2").activate(key, environment="ci")
        assert not (await exchange.claim_bought(license_id, mia, at=AT)).confirmed

    @pytest.mark.parametrize("made", ["suspended", "revoked", "expired", "held", "organization"])
    async def test_what_became_of_the_license_meanwhile_counts(self, exchange, mia, made):
        policy = a_policy(valid_days=5)
        key, license_id = await sold(exchange, policy=policy)
        await exchange.customer().activate(key)
        at, refusal = AT + DAY, {"suspended": LicenseSuspended, "revoked": LicenseRevoked}.get(made)
        if refusal is not None:
            await exchange.ledger.set_standing(license_id, Standing(made))
        elif made == "expired":
            at, refusal = AT + 5 * DAY, LicenseExpired
        elif made == "held":
            await exchange.claim(key, exchange.people.add(TOM), at=AT - 14 * DAY)
            refusal = AlreadyLinked
        else:
            await exchange.change_policy(policy.id, link="no")
            refusal = LinkNotAllowed
        with pytest.raises(refusal):
            await exchange.claim_bought(license_id, mia, at=at)
        if made in {"suspended", "organization"}:
            await exchange.ledger.set_standing(license_id, Standing.ACTIVE)
            await exchange.change_policy(policy.id, link="offered")
            await exchange.claim_bought(license_id, mia, at=at)  # it has waited

    async def test_what_was_handed_over_waits_for_its_buyer_no_more(self, exchange, mia):
        key, license_id = await sold(exchange)
        tom, ann = exchange.people.add(TOM), exchange.people.add("ann@post.example")
        await exchange.claim(key, tom, at=AT)
        offered = await exchange.offer(license_id, "ann@post.example", tom)
        await exchange.accept(offered.id, ann, at=AT)
        await exchange.unlink_mine(license_id, ann, at=AT)
        with pytest.raises(NotFound):
            await exchange.claim_bought(license_id, mia, at=AT)


class TestByTheLink:
    async def test_any_account_claims_all_that_waits_and_the_link_is_good_once(self, exchange):
        wanted = [(await sold(exchange))[1] for _ in range(2)]
        link, account = await exchange.link_in("license_claim"), exchange.people.add(None)
        for _ in range(3):  # programs that look into links use nothing up
            found = await exchange.find_purchases(link, None, at=AT)
        assert found.address == MIA
        assert {each.license.id for each in found.licenses} == set(wanted)
        results = await exchange.claim_by_link(link, account, at=AT)
        assert {each.license.license.id for each in results} == set(wanted)
        assert {await exchange.holder_of(each) for each in wanted} == {account.id}
        for who in (account, exchange.people.add(None)):
            with pytest.raises(NotFound):
                await exchange.claim_by_link(link, who, at=AT)
        await sold(exchange)  # and a later sale does not bring it back
        with pytest.raises(NotFound):
            await exchange.claim_by_link(link, account, at=AT)
        with pytest.raises(NotFound):
            await exchange.find_purchases(link, account, at=AT)

    async def test_it_is_good_for_seven_days(self, exchange):
        await sold(exchange)
        link, account = await exchange.link_in("license_claim"), exchange.people.add(None)
        for act in (exchange.claim_by_link, exchange.find_purchases):
            with pytest.raises(NotFound):
                await act(link, account, at=AT + 7 * DAY)
        await exchange.claim_by_link(link, account, at=AT + 7 * DAY - SECOND)

    async def test_a_stolen_link_is_worth_nothing_where_the_address_is_an_accounts_own(self, exchange, mia):
        _, license_id = await sold(exchange)
        link, thief = await exchange.link_in("license_claim"), exchange.people.add("thief@post.example")
        for act in (exchange.claim_by_link, exchange.find_purchases):
            with pytest.raises(MeantForAnother):
                await act(link, thief, at=AT)
        assert await exchange.holder_of(license_id) is None
        await exchange.claim_by_link(link, mia, at=AT)

    async def test_who_is_not_signed_in_sees_nothing_of_the_key(self, exchange, mia):
        await sold(exchange)
        link = await exchange.link_in("license_claim")
        for account, shown in ((None, None), (mia, "8XKQ2")):
            [waiting] = (await exchange.find_purchases(link, account, at=AT)).licenses
            assert waiting.license.last_five == shown

    async def test_an_old_one_tells_nobody_that_the_address_is_an_accounts_own(self, exchange, mia):
        await sold(exchange)
        link, thief = await exchange.link_in("license_claim"), exchange.people.add("thief@post.example")
        for act in (exchange.claim_by_link, exchange.find_purchases):
            with pytest.raises(NotFound):
                await act(link, thief, at=AT + 7 * DAY)

    async def test_one_to_what_was_claimed_without_it_leads_nowhere(self, exchange, mia):
        _, license_id = await sold(exchange)
        link = await exchange.link_in("license_claim")
        await exchange.claim_bought(license_id, mia, at=AT)
        for act in (exchange.claim_by_link, exchange.find_purchases):
            with pytest.raises(NotFound):
                await act(link, mia, at=AT)

    async def test_one_that_was_made_up_leads_nowhere(self, exchange, mia):
        await sold(exchange)
        for shown in ("", "x", "x" * 5000):
            for act in (exchange.claim_by_link, exchange.find_purchases):
                with pytest.raises(NotFound):
                    await act(shown, mia, at=AT)

    async def test_an_account_that_is_gone_claims_nothing(self, exchange, mia):
        _, license_id = await sold(exchange)
        link = await exchange.link_in("license_claim")
        del exchange.people.known[mia.id]
        assert await exchange.waiting_for(mia, at=AT) == []
        for act in (exchange.claim_by_link, exchange.find_purchases):
            with pytest.raises(NotFound):
                await act(link, mia, at=AT)
        with pytest.raises(NotFound):
            await exchange.claim_bought(license_id, mia, at=AT)

    async def test_what_cannot_be_claimed_is_told_and_keeps_nothing_else_back(self, exchange, mia):
        _, stopped = await sold(exchange)
        link = await exchange.link_in("license_claim")
        await exchange.ledger.set_standing(stopped, Standing.SUSPENDED)
        [told] = await exchange.claim_by_link(link, mia, at=AT)
        assert (told.product_name, told.license, told.refusal.code) == (
            "Harbor Notes",
            None,
            "license_suspended",
        )
        await exchange.find_purchases(link, mia, at=AT)  # nothing was claimed, so nothing was used up
        _, good = await sold(exchange)
        results = await exchange.claim_by_link(await exchange.link_in("license_claim"), mia, at=AT)
        assert {each.license is None for each in results} == {True, False}
        assert await exchange.holder_of(good) == mia.id


class TestAsking:
    async def test_what_waits_for_an_address_is_mailed_there_in_one_mail(self, exchange):
        await sold(exchange, "Mia@Outlook.example")
        await sold(exchange, "Mia@Outlook.example", policy=a_policy())
        await sold(exchange, TOM)
        await exchange.ask(MIA)
        mail = (await exchange.mailboxes.all())[-1]
        assert (mail.kind, mail.to, mail.values["product"]) == (
            "license_claim",
            "Mia@Outlook.example",
            "Harbor Notes",
        )
        found = await exchange.find_purchases(await exchange.link_in("license_claim"), None, at=AT)
        assert len(found.licenses) == 2

    async def test_an_address_to_which_nothing_was_sold_gets_no_mail_and_its_work_is_the_same(self, exchange):
        await exchange.ask(MIA)
        assert await exchange.mailboxes.all() == []
        links = await exchange.rows(claim_links)
        assert [each.ends_at == AT and each.used_at == AT for each in links] == [True, True]

    async def test_the_work_is_no_more_for_who_bought_much(self, exchange, monkeypatch):
        for _ in range(5):
            await sold(exchange)
        read = []
        of = StoredLedgerReader.license
        monkeypatch.setattr(
            StoredLedgerReader, "license", lambda reader, wanted: (read.append(wanted), of(reader, wanted))[1]
        )
        await exchange.ask(MIA)
        assert len(read) == MOST_NAMES
        found = await exchange.find_purchases(await exchange.link_in("license_claim"), None, at=AT)
        assert len(found.licenses) == 5

    async def test_nobodys_mailbox_is_filled(self, exchange):
        await sold(exchange)
        for _ in range(5):
            await exchange.ask(MIA)
        for email in (MIA, MIA.upper()):
            with pytest.raises(RateLimited):
                await exchange.ask(email)
        await exchange.ask(TOM)
        await exchange.ask(MIA, place="198.51.100.7")

    async def test_one_that_met_another_transaction_is_counted_once(self, exchange, monkeypatch):
        await sold(exchange)
        monkeypatch.setattr(exchange.purchases, "changing", meeting_others(exchange.purchases, 2))
        await through_conflicts(lambda: exchange.ask(MIA))
        assert await left(exchange.budgets, BY_ADDRESS, MIA) == BY_ADDRESS.capacity - 1

    async def test_names_of_products_stand_once_each_and_not_too_many(self, exchange):
        assert distinct(["A", "B", "A", "C", "D"]) == "A, B, C"


class TestForgetting:
    async def test_links_go_when_they_have_ended(self, exchange, monkeypatch):
        monkeypatch.setattr("mooring.server.licensing.use_cases.purchases.forget_claim_links.AT_ONCE", 2)
        for number in range(3):
            await sold(exchange, f"buyer{number}@post.example")
        assert await exchange.forget_claim_links(at=AT + 7 * DAY - SECOND) == 0
        assert await exchange.forget_claim_links(at=AT + 7 * DAY) == 3
        assert await exchange.rows(claim_links) == []
