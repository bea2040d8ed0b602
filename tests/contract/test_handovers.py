"""Handing a license over: who may offer, who may take, what is told, and what is left; on both databases."""

from datetime import timedelta

import pytest

from mooring.core.refusals import (
    HandoverPending,
    HolderProvisional,
    InvalidRequest,
    KeyUnknown,
    LicenseExpired,
    LicenseRevoked,
    LicenseSuspended,
    LinkNotAllowed,
    MoveLimitReached,
    MoveNotAllowed,
    NoDigitalLicense,
    NotFound,
    RateLimited,
)
from mooring.server.licensing.domain.activations.activation import ReleaseReason
from mooring.server.licensing.domain.license import Standing
from mooring.server.licensing.domain.new_holders.addressee import MeantForAnother
from mooring.server.licensing.domain.new_holders.handover import Outcome
from mooring.server.licensing.storage.new_holders.withdrawing import OfferWithdrawal
from mooring.server.licensing.storage.tables import handovers, licenses
from mooring.server.licensing.use_cases.handovers.limits import BY_ADDRESS
from mooring.server.licensing.use_cases.holders.messages import PageWish
from mooring.server.record.outbox.writing import Outbox
from tests.support.budgets import left
from tests.support.computers import a_computer
from tests.support.conflicts import meeting_others
from tests.support.databases import KINDS
from tests.support.ledgers import HASHES, a_ledger
from tests.support.licenses import AT, DAY, HOUR, a_policy
from tests.support.new_holders import Exchange

MIA, TOM = "mia@outlook.example", "tom@post.example"
SECOND = timedelta(seconds=1)


@pytest.fixture(params=KINDS)
async def exchange(request, tmp_path):
    async with a_ledger(request.param, tmp_path) as ledger:
        yield Exchange(ledger, ledger.database)


@pytest.fixture
def mia(exchange):
    return exchange.people.add(MIA)


@pytest.fixture
def tom(exchange):
    return exchange.people.add(TOM, language="de")


async def kept(exchange, handover_id):
    async with exchange.handovers.reading() as reader:
        return await reader.handover(handover_id)


class TestOffering:
    async def test_both_are_told_and_it_stays_the_givers(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        assert (offered.role, offered.giver, offered.receiver) == ("giver", MIA, TOM)
        assert (offered.offered_at, offered.ends_at) == (AT, AT + 7 * DAY)
        to_tom, to_mia = await exchange.mailboxes.all()
        link = to_tom.values.pop("link")
        assert link.startswith("https://licenses.example/handover?token=")
        assert (to_tom.kind, to_tom.to, to_tom.language) == ("handover_offered", TOM, "de")
        assert to_tom.values == {"license": "Harbor Notes", "from": MIA, "until": offered.ends_at}
        assert (to_mia.kind, to_mia.to, to_mia.language) == ("handover_told_giver", MIA, "en")
        assert to_mia.values == {
            "license": "Harbor Notes",
            "to": TOM,
            "link": "https://licenses.example/account/handovers",
            "until": offered.ends_at,
        }
        assert await exchange.holder_of(license_id) == mia.id
        assert (await exchange.told(mia))[-1] == "handover.offered"
        assert await exchange.told(tom) == ["handover.received"]

    async def test_an_address_without_an_account_is_mailed_in_the_givers_language(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        await exchange.offer(license_id, "new@post.example", mia, language="fr")
        assert (await exchange.mailboxes.latest("handover_offered")).language == "fr"

    async def test_a_giver_who_proved_no_address_is_shown_masked_and_gets_no_mail_without_one(self, exchange):
        nobody, unproven = exchange.people.add(None), exchange.people.add("new@post.example", proven=False)
        for giver, mails in ((nobody, ["handover_offered"]), (unproven, ["handover_told_giver"])):
            _, license_id = await exchange.held_by(giver)
            offered = await exchange.offer(license_id, TOM, giver)
            assert offered.giver == giver.masked
            assert (await exchange.mailboxes.kinds())[-1:] == mails

    async def test_the_receiver_sees_nothing_of_the_key(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        assert offered.license.last_five == "8XKQ2"
        [seen] = (await exchange.open_handovers(tom, at=AT)).items
        assert (seen.id, seen.role, seen.license.last_five) == (offered.id, "receiver", None)

    async def test_offering_the_same_again_changes_nothing(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        first = await exchange.offer(license_id, TOM, mia)
        again = await exchange.offer(license_id, TOM.upper(), mia, at=AT + DAY)
        assert again.id == first.id
        assert len(await exchange.mailboxes.all()) == 2

    async def test_a_license_is_offered_to_one_person_at_a_time(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        first = await exchange.offer(license_id, TOM, mia)
        with pytest.raises(HandoverPending):
            await exchange.offer(license_id, "ann@post.example", mia)
        await exchange.undo(first.id, mia, at=AT)
        assert (await exchange.offer(license_id, "ann@post.example", mia)).receiver == "ann@post.example"

    async def test_after_seven_days_it_can_be_offered_to_somebody_else(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        first = await exchange.offer(license_id, TOM, mia)
        with pytest.raises(HandoverPending):
            await exchange.offer(license_id, "ann@post.example", mia, at=AT + 7 * DAY - SECOND)
        await exchange.offer(license_id, "ann@post.example", mia, at=AT + 7 * DAY)
        assert (await kept(exchange, first.id)).outcome == Outcome.LAPSED

    async def test_nobody_offers_what_another_holds_or_nobody(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        await exchange.sell()
        for wanted in (license_id, "lic_none"):
            with pytest.raises(NotFound):
                await exchange.offer(wanted, "ann@post.example", tom)
        stranger = exchange.people.add(None)
        del exchange.people.known[stranger.id]
        with pytest.raises(NotFound):
            await exchange.offer(license_id, TOM, stranger)
        assert await exchange.mailboxes.all() == []

    async def test_a_provisional_holder_offers_nothing(self, exchange, tom):
        key = await exchange.sell()
        customer = exchange.customer()
        await customer.activate(key)
        await customer.link(tom, at=AT + 2 * DAY)  # sits at another's computer
        [mine] = (await exchange.licenses(tom, at=AT)).items
        with pytest.raises(HolderProvisional):
            await exchange.offer(mine.license.id, "friend@post.example", tom, at=AT + 3 * DAY)
        await exchange.offer(mine.license.id, "friend@post.example", tom, at=AT + 16 * DAY)

    @pytest.mark.parametrize(
        ("terms", "refusal"),
        [({"channel": "oem"}, MoveNotAllowed), ({"policy": a_policy(moves=0)}, MoveNotAllowed)],
    )
    async def test_what_may_not_move_is_not_handed_over(self, exchange, mia, terms, refusal):
        _, license_id = await exchange.held_by(mia, **terms)
        with pytest.raises(refusal):
            await exchange.offer(license_id, TOM, mia)

    @pytest.mark.parametrize(
        ("standing", "refusal"),
        [(Standing.SUSPENDED, LicenseSuspended), (Standing.REVOKED, LicenseRevoked)],
    )
    async def test_what_cannot_be_used_is_not_handed_over(self, exchange, mia, standing, refusal):
        _, license_id = await exchange.held_by(mia)
        await exchange.ledger.set_standing(license_id, standing)
        with pytest.raises(refusal):
            await exchange.offer(license_id, TOM, mia)

    async def test_nobody_offers_to_themselves(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        with pytest.raises(InvalidRequest) as refused:
            await exchange.offer(license_id, MIA.upper(), mia)
        assert refused.value.member == "to"

    async def test_nobodys_mailbox_is_filled(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        for _ in range(5):
            offered = await exchange.offer(license_id, TOM, mia)
            await exchange.undo(offered.id, mia, at=AT)
        with pytest.raises(RateLimited):
            await exchange.offer(license_id, TOM, mia)
        await exchange.offer(license_id, "ann@post.example", mia)

    async def test_who_has_nothing_to_give_uses_up_nothing_of_what_an_address_may_get(
        self, exchange, mia, tom
    ):
        _, license_id = await exchange.held_by(mia)
        for wanted in (license_id, "lic_none"):
            with pytest.raises(NotFound):
                await exchange.offer(wanted, "ann@post.example", tom)
        assert await left(exchange.budgets, BY_ADDRESS, "ann@post.example") == BY_ADDRESS.capacity
        await exchange.offer(license_id, "ann@post.example", mia)
        assert await left(exchange.budgets, BY_ADDRESS, "ann@post.example") == BY_ADDRESS.capacity - 1

    async def test_an_offer_stands_also_where_the_clock_of_another_server_is_ahead(self, exchange, mia, tom):
        key = await exchange.sell()
        mine = await exchange.claim(key, mia, at=AT + SECOND)
        offered = await exchange.offer(mine.license.id, TOM, mia, at=AT)
        assert offered.ends_at == AT + 7 * DAY
        await exchange.accept(offered.id, tom, at=AT + 2 * SECOND)
        assert await exchange.holder_of(mine.license.id) == tom.id

    async def test_an_offer_that_met_another_transaction_is_counted_once(self, exchange, mia, monkeypatch):
        _, license_id = await exchange.held_by(mia)
        monkeypatch.setattr(exchange.handovers, "changing", meeting_others(exchange.handovers, 2))
        await exchange.offer(license_id, TOM, mia)
        assert await left(exchange.budgets, BY_ADDRESS, TOM) == BY_ADDRESS.capacity - 1
        assert await exchange.mailboxes.kinds() == ["handover_offered", "handover_told_giver"]


class TestAccepting:
    async def test_the_license_is_the_receivers_for_good_and_both_are_told(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        mine = await exchange.accept(offered.id, tom, at=AT + DAY)
        assert (mine.license.id, mine.confirmed, mine.linked_at) == (license_id, True, AT + DAY)
        assert await exchange.holder_of(license_id) == tom.id
        assert (await exchange.licenses(mia, at=AT)).items == []
        to_mia, to_tom = (await exchange.mailboxes.all())[2:]
        assert (to_mia.kind, to_mia.to, to_mia.values) == (
            "handover_accepted",
            MIA,
            {"license": "Harbor Notes", "to": TOM},
        )
        assert (to_tom.kind, to_tom.to, to_tom.language) == ("handover_received", TOM, "de")
        assert (await exchange.told(mia))[-1] == "license.handed_over"
        assert (await exchange.told(tom))[-1] == "license.received"
        ended = await kept(exchange, offered.id)
        assert (ended.outcome, ended.receiver, ended.ended_at) == (Outcome.ACCEPTED, tom.id, AT + DAY)

    async def test_accepting_again_changes_nothing(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        once = await exchange.accept(offered.id, tom, at=AT)
        assert await exchange.accept(offered.id, tom, at=AT + DAY) == once
        assert len(await exchange.mailboxes.all()) == 4
        with pytest.raises(NotFound):
            await exchange.undo(offered.id, mia, at=AT)
        with pytest.raises(NotFound):
            await exchange.decline(offered.id, tom, at=AT)

    async def test_a_replayed_acceptance_gets_nothing_back_that_was_given_on(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        first = await exchange.offer(license_id, TOM, mia)
        link = await exchange.link_in("handover_offered")
        await exchange.accept(first.id, tom, at=AT)
        second = await exchange.offer(license_id, MIA, tom, at=AT + HOUR)
        await exchange.accept(second.id, mia, at=AT + HOUR)
        for again in (
            exchange.accept(first.id, tom, at=AT + HOUR),
            exchange.accept_by_link(link, tom, at=AT),
        ):
            with pytest.raises(NotFound):
                await again
        assert await exchange.holder_of(license_id) == mia.id

    async def test_it_can_be_accepted_for_seven_days(self, exchange, mia, tom):
        for wait, good in ((7 * DAY - SECOND, True), (7 * DAY, False)):
            _, license_id = await exchange.held_by(mia)
            offered = await exchange.offer(license_id, TOM, mia)
            if good:
                await exchange.accept(offered.id, tom, at=AT + wait)
                continue
            assert (await exchange.open_handovers(tom, at=AT + wait)).items == []
            for act in (exchange.accept, exchange.decline):
                with pytest.raises(NotFound):
                    await act(offered.id, tom, at=AT + wait)
            with pytest.raises(NotFound):
                await exchange.undo(offered.id, mia, at=AT + wait)

    async def test_every_device_of_the_giver_gives_its_seat_up(self, exchange, mia, tom):
        key, license_id = await exchange.held_by(mia, policy=a_policy(seats=3, lease_seats=1))
        desks = [exchange.customer(a_computer(seed), jkt=f"key-{seed}") for seed in (1, 2)]
        for desk in desks:
            await desk.activate(key, account=mia)
        build = exchange.customer(a_computer(3), jkt="key-3")
        await build.activate(key, account=mia, environment="ci")
        offered = await exchange.offer(license_id, TOM, mia)
        assert offered.held == 2
        mine = await exchange.accept(offered.id, tom, at=AT + HOUR)
        assert (mine.held, mine.devices) == (0, [])
        assert [await exchange.status(each) for each in (*desks, build)] == [1, 1, 1]
        line = await exchange.line(desks[0])
        assert (line.activation.released_at, line.activation.release_reason) == (
            AT + HOUR,
            ReleaseReason.FREED,
        )
        assert (await exchange.devices(mia, at=AT)).items == []
        assert (await exchange.devices(tom, at=AT)).items == []

    async def test_the_givers_key_and_computer_open_nothing_any_more(self, exchange, mia, tom):
        key, license_id = await exchange.held_by(mia)
        desk = exchange.customer()
        await desk.activate(key, account=mia)
        offered = await exchange.offer(license_id, TOM, mia)
        await exchange.accept(offered.id, tom, at=AT)
        for account in (mia, None):
            with pytest.raises(KeyUnknown):
                await desk.activate(key, account=account)
        with pytest.raises(NoDigitalLicense):
            await desk.activate()
        with pytest.raises(NotFound):
            await desk.activate(license_id=license_id, account=mia)

    async def test_a_giver_who_kept_the_key_cannot_take_the_license_back_once_its_new_holder_unlinks_it(
        self, exchange, mia, tom
    ):
        key, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        await exchange.accept(offered.id, tom, at=AT)
        await exchange.unlink_mine(license_id, tom, at=AT + HOUR)
        with pytest.raises(KeyUnknown):
            await exchange.claim(key, mia, at=AT + HOUR)
        with pytest.raises(KeyUnknown):
            await exchange.customer().activate(key, at=AT + HOUR)
        async with exchange.ledger.reading() as reader:
            assert await reader.key_facts(HASHES.of_key(key)) is None
        assert await exchange.holder_of(license_id) is None

    async def test_its_new_holder_activates_by_account_and_is_shown_no_key(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        mine = await exchange.accept(offered.id, tom, at=AT)
        assert mine.license.last_five is None
        desk = exchange.customer(a_computer(2), jkt="key-2")
        await desk.activate(license_id=license_id, account=tom)
        assert (await exchange.by_id(license_id)).held == 1

    async def test_the_publisher_finds_a_license_by_the_key_that_it_once_had(self, exchange, mia, tom):
        key, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        await exchange.accept(offered.id, tom, at=AT)
        [row] = [row for row in await exchange.rows(licenses) if row.id == license_id]
        assert (row.key_hash, row.last_five) == (HASHES.of_key(key), None)

    async def test_a_seat_given_up_just_before_is_not_taken_back(self, exchange, mia, tom):
        """A deactivation is undone freely for a day: not any more, once the license is another's."""
        key, license_id = await exchange.held_by(mia)
        desk = exchange.customer()
        await desk.activate(key, account=mia)
        await desk.deactivate(at=AT + HOUR)
        offered = await exchange.offer(license_id, TOM, mia, at=AT + HOUR)
        await exchange.accept(offered.id, tom, at=AT + 2 * HOUR)
        with pytest.raises(NoDigitalLicense):
            await desk.activate(at=AT + 3 * HOUR)

    async def test_a_move_counts_as_any_other(self, exchange, mia, tom):
        key, license_id = await exchange.held_by(mia, policy=a_policy(moves=1))
        await exchange.customer().activate(key, account=mia)
        offered = await exchange.offer(license_id, TOM, mia)
        assert (offered.can_move.allowed, offered.can_move.left) == (True, 1)
        await exchange.accept(offered.id, tom, at=AT)
        await exchange.customer(a_computer(2), jkt="key-2").activate(license_id=license_id, account=tom)
        license_ = await exchange.by_id(license_id)
        assert (license_.held, license_.moved) == (1, 1)
        offered = await exchange.offer(license_id, MIA, tom)
        assert (offered.can_move.allowed, offered.can_move.left) == (False, 0)
        await exchange.accept(offered.id, mia, at=AT)
        with pytest.raises(MoveLimitReached):
            await exchange.customer(a_computer(3), jkt="key-3").activate(license_id=license_id, account=mia)

    async def test_only_who_proved_the_address_accepts_without_the_link(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, "ann@post.example", mia)
        squatter = exchange.people.add("ann@post.example", proven=False)
        for other in (squatter, tom, mia):
            assert [each.role for each in (await exchange.open_handovers(other, at=AT)).items] == (
                ["giver"] if other == mia else []
            )
            for act in (exchange.accept, exchange.decline):
                with pytest.raises(NotFound):
                    await act(offered.id, other, at=AT)
        assert await exchange.holder_of(license_id) == mia.id
        exchange.people.set(squatter, "ann@post.example")
        await exchange.accept(offered.id, squatter, at=AT)

    async def test_who_changed_their_address_meanwhile_needs_the_link(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        exchange.people.set(tom, "tom@new.example")
        with pytest.raises(NotFound):
            await exchange.accept(offered.id, tom, at=AT)
        await exchange.accept_by_link(await exchange.link_in("handover_offered"), tom, at=AT)
        told = await exchange.mailboxes.latest("handover_accepted")
        assert told.values["to"] == tom.masked  # not the address that was named

    @pytest.mark.parametrize("made", ["suspended", "revoked", "expired", "tied", "unlinked"])
    async def test_what_became_of_the_license_meanwhile_counts(self, exchange, mia, tom, made):
        policy = a_policy(valid_days=5) if made == "expired" else a_policy()
        key, license_id = await exchange.held_by(mia, policy=policy)
        await exchange.customer().activate(key, account=mia)
        offered = await exchange.offer(license_id, TOM, mia)
        at, refusal = AT + DAY, NotFound
        if made in {"suspended", "revoked"}:
            await exchange.ledger.set_standing(license_id, Standing(made))
            refusal = {"suspended": LicenseSuspended, "revoked": LicenseRevoked}[made]
        elif made == "expired":
            at, refusal = AT + 5 * DAY, LicenseExpired
        elif made == "tied":
            await exchange.change_policy(policy.id, moves=0, link="no")
            refusal = LinkNotAllowed
        else:
            await exchange.unlink_mine(license_id, mia, at=AT)
        with pytest.raises(refusal):
            await exchange.accept(offered.id, tom, at=at)
        license_ = await exchange.by_id(license_id)
        assert license_.held == 1
        assert license_.holder is None if made == "unlinked" else license_.holder.account.id == mia.id

    async def test_an_offer_does_not_come_back_with_its_giver(self, exchange, mia, tom):
        key, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        await exchange.unlink_mine(license_id, mia, at=AT)
        await exchange.claim(key, mia, at=AT + HOUR)
        with pytest.raises(NotFound):
            await exchange.accept(offered.id, tom, at=AT + HOUR)
        assert (await exchange.open_handovers(mia, at=AT + HOUR)).items == []
        await exchange.offer(license_id, TOM, mia, at=AT + HOUR)

    async def test_an_account_that_is_gone_neither_gives_nor_takes(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        link = await exchange.link_in("handover_offered")
        del exchange.people.known[tom.id]
        for act in (exchange.accept, exchange.decline):
            with pytest.raises(NotFound):
                await act(offered.id, tom, at=AT)
        with pytest.raises(NotFound):
            await exchange.find_handover(link, tom, at=AT)
        assert (await exchange.open_handovers(tom, at=AT)).items == []
        other = exchange.people.add(None)
        del exchange.people.known[mia.id]  # its licenses are unlinked then; the mail alone is left out
        await exchange.accept_by_link(link, other, at=AT)
        assert "handover_accepted" not in await exchange.mailboxes.kinds()


class TestTheLink:
    async def test_opening_it_changes_nothing_for_anybody(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        await exchange.offer(license_id, "new@post.example", mia)
        link, account = await exchange.link_in("handover_offered"), exchange.people.add(None)
        for _ in range(3):
            assert (await exchange.find_handover(link, None, at=AT)).handover.role == "receiver"
            assert not (await exchange.find_handover(link, account, at=AT)).is_own
        assert (await exchange.find_handover(link, mia, at=AT)).is_own
        assert await exchange.holder_of(license_id) == mia.id

    async def test_any_account_accepts_with_it_where_the_address_is_nobodys(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        await exchange.offer(license_id, "new@post.example", mia)
        link, account = await exchange.link_in("handover_offered"), exchange.people.add(None)
        once = await exchange.accept_by_link(link, account, at=AT)
        assert await exchange.accept_by_link(link, account, at=AT) == once
        assert await exchange.holder_of(license_id) == account.id
        with pytest.raises(NotFound):
            await exchange.accept_by_link(link, exchange.people.add(None), at=AT)

    async def test_a_stolen_link_is_worth_nothing_where_the_address_is_an_accounts_own(
        self, exchange, mia, tom
    ):
        _, license_id = await exchange.held_by(mia)
        await exchange.offer(license_id, TOM, mia)
        link, thief = await exchange.link_in("handover_offered"), exchange.people.add("thief@post.example")
        for act in (exchange.accept_by_link, exchange.find_handover):
            with pytest.raises(MeantForAnother):
                await act(link, thief, at=AT)
        assert await exchange.holder_of(license_id) == mia.id
        await exchange.accept_by_link(link, tom, at=AT)

    async def test_the_giver_does_not_accept_their_own(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        await exchange.offer(license_id, "new@post.example", mia)
        with pytest.raises(NotFound):
            await exchange.accept_by_link(await exchange.link_in("handover_offered"), mia, at=AT)

    async def test_one_that_was_made_up_or_is_over_leads_nowhere(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, "new@post.example", mia)
        link, account = await exchange.link_in("handover_offered"), exchange.people.add(None)
        for shown in ("", "x", f"{link}x", "x" * 5000, "\udcff"):
            for act in (exchange.accept_by_link, exchange.find_handover):
                with pytest.raises(NotFound):
                    await act(shown, account, at=AT)
            with pytest.raises(NotFound):
                await exchange.decline_by_link(shown, at=AT)
        await exchange.undo(offered.id, mia, at=AT)
        for act in (exchange.accept_by_link, exchange.find_handover):
            with pytest.raises(NotFound):
                await act(link, account, at=AT)
        with pytest.raises(NotFound):
            await exchange.decline_by_link(link, at=AT)

    async def test_it_is_kept_as_a_hash_only_and_names_only_sealed(self, exchange, mia):
        _, license_id = await exchange.held_by(mia)
        await exchange.offer(license_id, TOM, mia)
        link = await exchange.link_in("handover_offered")
        text = repr(await exchange.rows(handovers))
        for secret in (link, TOM, MIA, "post.example"):
            assert secret not in text


class TestEnding:
    async def test_the_giver_takes_it_back_and_the_receiver_is_told(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        for _ in range(2):
            await exchange.undo(offered.id, mia, at=AT)
        assert (await exchange.mailboxes.kinds())[2:] == ["handover_undone"]
        mail = await exchange.mailboxes.latest("handover_undone")
        assert (mail.to, mail.values) == (TOM, {"license": "Harbor Notes", "from": MIA})
        assert (await exchange.open_handovers(tom, at=AT)).items == []
        with pytest.raises(NotFound):
            await exchange.accept(offered.id, tom, at=AT)
        assert (await exchange.told(mia))[-1] == "handover.undone"

    async def test_nobody_else_takes_it_back(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        for wanted, who in ((offered.id, tom), ("hnd_none", mia)):
            with pytest.raises(NotFound):
                await exchange.undo(wanted, who, at=AT)
        assert len((await exchange.open_handovers(tom, at=AT)).items) == 1

    async def test_the_receiver_declines_and_the_giver_is_told(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        for _ in range(2):
            await exchange.decline(offered.id, tom, at=AT)
        assert (await exchange.mailboxes.kinds())[2:] == ["handover_declined"]
        mail = await exchange.mailboxes.latest("handover_declined")
        assert (mail.to, mail.values) == (MIA, {"license": "Harbor Notes", "to": TOM})
        assert await exchange.holder_of(license_id) == mia.id
        assert (await exchange.told(tom))[-1] == "handover.declined"
        with pytest.raises(NotFound):
            await exchange.decline("hnd_none", tom, at=AT)

    async def test_who_has_the_link_declines_without_an_account(self, exchange):
        giver = exchange.people.add(None)
        _, license_id = await exchange.held_by(giver)
        await exchange.offer(license_id, TOM, giver)
        await exchange.decline_by_link(await exchange.link_in("handover_offered"), at=AT)
        assert await exchange.mailboxes.kinds() == ["handover_offered"]  # the giver has no address
        assert (await exchange.open_handovers(giver, at=AT)).items == []

    async def test_an_offer_that_is_forgotten_meanwhile_comes_to_nothing(
        self, exchange, mia, tom, monkeypatch
    ):
        """Between finding it and locking its license it may be gone."""
        for ask, act in (("owner_of", exchange.accept), ("person", exchange.decline)):
            _, license_id = await exchange.held_by(mia)
            offered = await exchange.offer(license_id, TOM, mia)
            known = getattr(exchange.people, ask)

            async def forgets(wanted, known=known, ask=ask):
                setattr(exchange.people, ask, known)  # who tidies up asks, too
                for _ in range(2):
                    await exchange.forget_handovers(at=AT + 60 * DAY)
                return await known(wanted)

            with monkeypatch.context() as patch:
                patch.setattr(exchange.people, ask, forgets)
                with pytest.raises(NotFound):
                    await act(offered.id, tom, at=AT)
            assert await exchange.holder_of(license_id) == mia.id


class TestListing:
    async def test_goes_on_from_page_to_page(self, exchange, mia):
        made = []
        for number in range(3):
            _, license_id = await exchange.held_by(mia)
            made.append((await exchange.offer(license_id, f"friend{number}@post.example", mia)).id)
        first = await exchange.open_handovers(mia, PageWish(limit=2), at=AT)
        assert ([each.id for each in first.items], first.next_cursor) == (made[:2], made[1])
        rest = await exchange.open_handovers(mia, PageWish(after=first.next_cursor), at=AT)
        assert ([each.id for each in rest.items], rest.next_cursor) == (made[2:], None)


class TestForgetting:
    async def test_ends_what_nobody_answered_and_forgets_it_thirty_days_later(
        self, exchange, mia, monkeypatch
    ):
        monkeypatch.setattr("mooring.server.licensing.use_cases.handovers.forget_handovers.AT_ONCE", 2)
        made = []
        for number in range(3):
            _, license_id = await exchange.held_by(mia)
            made.append((await exchange.offer(license_id, f"friend{number}@post.example", mia)).id)
        assert await exchange.forget_handovers(at=AT + 7 * DAY - SECOND) == 0
        assert await exchange.forget_handovers(at=AT + 7 * DAY) == 3
        told = await exchange.mailboxes.all("handover_lapsed")
        assert [mail.to for mail in told] == [MIA] * 3
        assert {mail.values["to"] for mail in told} == {f"friend{number}@post.example" for number in range(3)}
        assert told[0].values["license"] == "Harbor Notes"
        lapsed = await kept(exchange, made[0])
        assert (lapsed.outcome, lapsed.ended_at) == (Outcome.LAPSED, AT + 7 * DAY)
        assert await exchange.forget_handovers(at=AT + 37 * DAY) == 0
        assert await exchange.forget_handovers(at=AT + 37 * DAY + SECOND) == 3
        assert await kept(exchange, made[0]) is None


class TestTakingTheAccountBack:
    async def test_what_it_offers_ends_and_who_was_to_get_it_is_told(self, exchange, mia, tom):
        offers = []
        for giver in (mia, mia, tom):
            _, license_id = await exchange.held_by(giver)
            offers.append(await exchange.offer(license_id, "ann@post.example", giver, language="fr"))
        ann = exchange.people.add("ann@post.example")
        await exchange.accept(offers[0].id, ann, at=AT)
        withdraw = OfferWithdrawal(exchange.secrets, Outbox(exchange.secrets))
        for found in ([("Harbor Notes", "ann@post.example")], []):
            async with exchange.database.transaction() as transaction:
                assert await withdraw(transaction, mia.id, at=AT + HOUR) == found
        [told] = await exchange.mailboxes.all("handover_undone")
        assert (told.to, told.language) == ("ann@post.example", "fr")
        assert told.values == {"license": "Harbor Notes", "from": MIA}
        outcomes = [(await kept(exchange, each.id)).outcome for each in offers]
        assert outcomes == [Outcome.ACCEPTED, Outcome.UNDONE, None]
        with pytest.raises(NotFound):
            await exchange.accept(offers[1].id, ann, at=AT + HOUR)
        await exchange.accept(offers[2].id, ann, at=AT + HOUR)
        assert "handover.undone" in await exchange.told(mia)

    async def test_an_acceptance_that_is_first_stands(self, exchange, mia, tom):
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        await exchange.accept(offered.id, tom, at=AT)
        async with exchange.database.transaction() as transaction:
            withdraw = OfferWithdrawal(exchange.secrets, Outbox(exchange.secrets))
            assert await withdraw(transaction, mia.id, at=AT) == []
        assert await exchange.holder_of(license_id) == tom.id
