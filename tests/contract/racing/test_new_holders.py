"""However many answer an offer at once, one thing becomes of it; and a sale is claimed by one account."""

import asyncio

import pytest

from mooring.core.refusals import AlreadyLinked, HandoverPending, NotFound, Refusal
from tests.support.computers import a_computer
from tests.support.databases import KINDS
from tests.support.ledgers import a_ledger
from tests.support.licenses import AT, a_policy
from tests.support.new_holders import Exchange, an_addressee

TOM = "tom@post.example"


@pytest.fixture(params=[*KINDS, "workers"])
async def exchange(request, tmp_path):
    async with a_ledger(request.param, tmp_path, status_list_size=4096) as ledger:
        yield Exchange(ledger, ledger.database)


async def outcome(doing):
    try:
        return await doing
    except Refusal as refusal:
        return refusal


async def race(*doings):
    return await asyncio.gather(*(outcome(each) for each in doings))


def refusals(outcomes):
    return [each for each in outcomes if isinstance(each, Refusal)]


async def test_accepting_undoing_and_declining_at_once_come_to_one_end(exchange):
    for _ in range(8):
        mia, tom = exchange.people.add("mia@outlook.example"), exchange.people.add(TOM)
        _, license_id = await exchange.held_by(mia)
        offered = await exchange.offer(license_id, TOM, mia)
        before = len(await exchange.mailboxes.all())
        accepted, undone, declined = await race(
            exchange.accept(offered.id, tom, at=AT),
            exchange.undo(offered.id, mia, at=AT),
            exchange.decline(offered.id, tom, at=AT),
        )
        assert sum(isinstance(each, NotFound) for each in (accepted, undone, declined)) == 2
        taken = not isinstance(accepted, Refusal)
        assert await exchange.holder_of(license_id) == (tom.id if taken else mia.id)
        mails = [each.kind for each in (await exchange.mailboxes.all())[before:]]
        expected = (
            ["handover_accepted", "handover_received"]
            if taken
            else ["handover_declined"]
            if undone
            else ["handover_undone"]
        )
        assert mails == expected
        del exchange.people.known[mia.id], exchange.people.known[tom.id]


async def test_accepting_twice_at_once_is_accepting_once(exchange):
    mia, tom = exchange.people.add("mia@outlook.example"), exchange.people.add(TOM)
    _, license_id = await exchange.held_by(mia)
    offered = await exchange.offer(license_id, TOM, mia)
    link = await exchange.link_in("handover_offered")
    answers = await race(
        *(exchange.accept(offered.id, tom, at=AT) for _ in range(6)),
        *(exchange.accept_by_link(link, tom, at=AT) for _ in range(6)),
    )
    assert {each.license.id for each in answers} == {license_id}
    assert (await exchange.mailboxes.kinds()).count("handover_accepted") == 1


async def test_of_many_who_have_the_link_one_gets_it(exchange):
    mia = exchange.people.add("mia@outlook.example")
    _, license_id = await exchange.held_by(mia)
    await exchange.offer(license_id, "new@post.example", mia)
    link, people = await exchange.link_in("handover_offered"), [exchange.people.add(None) for _ in range(12)]
    outcomes = await race(*(exchange.accept_by_link(link, each, at=AT) for each in people))
    assert [type(each) for each in refusals(outcomes)] == [NotFound] * 11
    [winner] = [who for who, each in zip(people, outcomes, strict=True) if not isinstance(each, Refusal)]
    assert await exchange.holder_of(license_id) == winner.id


async def test_of_two_receivers_one_is_offered_it(exchange):
    mia = exchange.people.add("mia@outlook.example")
    _, license_id = await exchange.held_by(mia)
    outcomes = await race(
        *(exchange.offer(license_id, f"friend{number}@post.example", mia) for number in range(8))
    )
    assert [type(each) for each in refusals(outcomes)] == [HandoverPending] * 7
    assert len((await exchange.open_handovers(mia, at=AT)).items) == 1
    assert (await exchange.mailboxes.kinds()).count("handover_offered") == 1


async def test_seats_taken_while_it_changes_hands_are_freed_or_refused(exchange):
    mia, tom = exchange.people.add("mia@outlook.example"), exchange.people.add(TOM)
    key, license_id = await exchange.held_by(mia, policy=a_policy(seats=4))
    desks = [exchange.customer(a_computer(seed), jkt=f"key-{seed}") for seed in range(1, 5)]
    for desk in desks[:2]:
        await desk.activate(key, account=mia)
    offered = await exchange.offer(license_id, TOM, mia)
    await race(
        *(desk.activate(key, account=mia) for desk in desks),
        exchange.accept(offered.id, tom, at=AT),
        *(desk.deactivate() for desk in desks[:2]),
    )
    license_ = await exchange.by_id(license_id)
    assert (license_.holder.account.id, license_.held) == (tom.id, 0)
    assert [await exchange.status(each) for each in desks if each.answer] == [1] * sum(
        each.answer is not None for each in desks
    )


async def test_of_many_who_claim_what_was_sold_one_gets_it(exchange):
    buyer = exchange.people.add("mia@outlook.example")
    key = await exchange.sell()
    license_id = (await exchange.license_of(key)).id
    await exchange.sell_to(license_id, an_addressee("mia@outlook.example"), at=AT)
    link, thief = await exchange.link_in("license_claim"), exchange.people.add(None)
    outcomes = await race(
        *(exchange.claim_by_link(link, buyer, at=AT) for _ in range(4)),
        *(exchange.claim_bought(license_id, buyer, at=AT) for _ in range(4)),
        exchange.claim(key, thief, at=AT),
    )
    holder = await exchange.holder_of(license_id)
    assert holder in {buyer.id, thief.id}
    assert {type(each) for each in refusals(outcomes)} <= {NotFound, AlreadyLinked}
