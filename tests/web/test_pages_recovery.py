"""Proving an address, coming back in by mail, changing the address: what each page does, and for whom."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.domain.authorization.asking import Asking
from mooring.server.identity.domain.authorization.grant import begin_grant
from mooring.server.identity.storage.authorizations import StoredAuthorizations
from mooring.server.identity.storage.identities import StoredIdentities
from mooring.server.identity.storage.tables import accounts, authenticators, grants, identities
from mooring.server.record.outbox.writing import Outbox
from tests.support.accounts import an_account, an_identity_of
from tests.support.authenticators import App, codes_on
from tests.support.clients import AsgiClient
from tests.support.mailboxes import Mailboxes, a_door_with_mail
from tests.support.visitors import PASSWORD, Visitor, location, said
from tests.support.web_apps import Door

MIA, NEW, STRANGER = "mia@outlook.example", "mia@post.example", "stranger@post.example"
OTHER_PASSWORD = "a horse of another color"
CODE, CONFIRM = "/sign-up/code", "/sign-up/confirm"
FORGOT, RESET, UNDO = "/forgot-password", "/reset-password", "/undo-address"
SECURITY = "/account/security"
ADDRESS = f"{SECURITY}/address"


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[tuple[Door, Mailboxes]]:
    door, mailboxes = a_door_with_mail(tmp_path)
    yield door, mailboxes
    await door.close()


@pytest.fixture
def door(opened: tuple[Door, Mailboxes]) -> Door:
    return opened[0]


@pytest.fixture
def mailboxes(opened: tuple[Door, Mailboxes]) -> Mailboxes:
    return opened[1]


@pytest.fixture
def client(door: Door) -> AsgiClient:
    return AsgiClient(door.app)


@pytest.fixture
def mia(client: AsgiClient) -> Visitor:
    return Visitor(client)


async def with_account(visitor: Visitor, mailboxes: Mailboxes, email: str = MIA) -> Visitor:
    await visitor.sign_up(email)
    code = (await mailboxes.latest("verify_address")).code
    assert (await visitor.submit(CODE, CODE, code=code)).status == 303
    return visitor


async def rows(door, table):
    async with door.services.database.reading() as session:
        return await session.fetch(Statement(select(table)))


async def is_in(visitor: Visitor) -> bool:
    return (await visitor.get(SECURITY)).status == 200


class TestSigningUp:
    async def test_the_account_is_made_once_the_code_is_typed(self, mia, mailboxes):
        asked = await mia.sign_up(next_page="/device?user_code=WDJB-MJHT")
        assert location(asked) == CODE
        assert not await is_in(mia)
        assert (await mia.sign_in()).status == 403
        page = said(await mia.get(CODE))
        assert MIA in page
        mail = await mailboxes.latest("verify_address")
        assert mail.to == MIA
        done = await mia.submit(CODE, CODE, code=f" {mail.code[:3]} {mail.code[3:]} ")
        assert location(done) == "/device?user_code=WDJB-MJHT"
        assert await is_in(mia)
        assert "Not confirmed" not in said(await mia.get(SECURITY))

    async def test_the_link_does_it_in_the_same_browser_at_the_press_of_a_button(self, mia, mailboxes):
        await mia.sign_up(next_page="/device")
        link = (await mailboxes.latest("verify_address")).link
        for _ in range(3):  # programs that look into links use nothing up
            assert 'name="password"' not in said(await mia.get(link))
        assert not await is_in(mia)
        assert location(await mia.submit(link, CONFIRM)) == "/device"
        assert await is_in(mia)

    async def test_in_another_browser_the_link_asks_for_the_password_that_was_chosen(
        self, mia, mailboxes, client
    ):
        """So nobody gives life to an account that a stranger began with their address."""
        await mia.sign_up()
        link = (await mailboxes.latest("verify_address")).link
        phone = Visitor(client)
        assert (await phone.submit(link, CONFIRM, password=OTHER_PASSWORD)).status == 403
        assert (await phone.submit(link, CONFIRM, password="")).status == 403
        assert not await is_in(phone)
        assert (await phone.submit(link, CONFIRM, password=PASSWORD)).status == 303
        assert await is_in(phone)

    async def test_a_code_and_a_link_are_good_once(self, mia, mailboxes, client):
        await mia.sign_up()
        mail = await mailboxes.latest("verify_address")
        held = dict(mia.cookies)
        await mia.submit(CODE, CODE, code=mail.code)
        again = Visitor(client)
        again.cookies = held
        assert (await again.submit(CODE, CODE, code=mail.code)).status == 410
        assert (await again.get(mail.link)).status == 410

    async def test_a_code_that_was_guessed_ten_times_is_worth_nothing(self, mia, mailboxes):
        await mia.sign_up()
        mail = await mailboxes.latest("verify_address")
        for _ in range(9):
            assert (await mia.submit(CODE, CODE, code=mail.wrong_code)).status == 403
        assert (await mia.submit(CODE, CODE, code=mail.wrong_code)).status == 410
        assert (await mia.submit(CODE, CODE, code=mail.code)).status == 410

    async def test_a_code_ends_after_thirty_minutes(self, mia, mailboxes, door):
        await mia.sign_up()
        mail = await mailboxes.latest("verify_address")
        door.clock.forward(minutes=30)
        assert (await mia.submit(CODE, CODE, code=mail.code)).status == 410
        assert (await mia.get(mail.link)).status == 410

    async def test_an_address_that_has_an_account_gets_a_mail_and_the_page_is_the_same(
        self, mia, mailboxes, client
    ):
        await with_account(mia, mailboxes)
        tries = {}
        for email in (MIA.upper(), STRANGER):
            visitor = Visitor(client)
            asked = await visitor.sign_up(email)
            page = said(await visitor.get(CODE)).replace(email, "")
            wrong = await visitor.submit(CODE, CODE, code="00000")
            tries[email] = (
                asked.status,
                location(asked),
                len(page),
                wrong.status,
                sorted(visitor.cookies),
            )
        assert tries[MIA.upper()] == tries[STRANGER]
        assert await mailboxes.kinds() == ["verify_address", "sign_up_again", "verify_address"]
        told = await mailboxes.latest("sign_up_again")
        assert (told.to, told.link) == (MIA, "/sign-in")

    async def test_no_code_is_right_for_an_address_that_has_an_account(self, mia, mailboxes, client):
        await with_account(mia, mailboxes)
        thief = Visitor(client)
        await thief.sign_up()
        code = (await mailboxes.latest("verify_address")).code
        assert (await thief.submit(CODE, CODE, code=code)).status == 403

    async def test_of_two_who_prove_one_address_the_second_is_told(self, mia, mailboxes, client):
        other = Visitor(client)
        await mia.sign_up()
        first = await mailboxes.latest("verify_address")
        await other.sign_up()
        [second] = [mail for mail in await mailboxes.all("verify_address") if mail != first]
        assert (await mia.submit(CODE, CODE, code=first.code)).status == 303
        assert (await other.submit(CODE, CODE, code=second.code)).status == 409
        assert not await is_in(other)

    async def test_nobody_fills_a_mailbox(self, mailboxes, client):
        replies = [await Visitor(client).sign_up() for _ in range(7)]
        assert [reply.status for reply in replies] == [303] * 5 + [429] * 2
        assert len(await mailboxes.all()) == 5

    async def test_without_an_awaited_mail_there_is_nothing_to_type(self, mia):
        assert (await mia.get(CODE)).status == 410
        assert (await mia.get(f"{CONFIRM}?token=none")).status == 410


class TestResetting:
    async def test_a_forgotten_password_is_set_anew_and_everybody_is_out(self, mia, mailboxes, client, door):
        await with_account(mia, mailboxes)
        away = Visitor(client)
        asked = await away.submit(FORGOT, FORGOT, email="Mia@Outlook.example")
        assert location(asked) == f"{FORGOT}/sent"
        mail = await mailboxes.latest("reset_password")
        assert mail.to == MIA
        for _ in range(3):  # programs that look into links use nothing up
            assert (await away.get(mail.link)).status == 200
        unfit = await away.submit(mail.link, RESET, password="short")
        assert (unfit.status, "too short" in said(unfit)) == (422, True)
        door.clock.forward(seconds=1)
        done = await away.submit(mail.link, RESET, password=OTHER_PASSWORD)
        assert location(done) == f"{RESET}/done"
        assert not await is_in(mia)
        assert (await mia.sign_in()).status == 403
        assert (await mailboxes.latest("password_changed")).to == MIA
        assert (await away.get(mail.link)).status == 410
        assert (await away.sign_in(password=OTHER_PASSWORD)).status == 303

    async def test_whether_an_address_has_an_account_is_not_told(self, mia, mailboxes, client):
        await with_account(mia, mailboxes)
        answers = {}
        for email in (MIA, STRANGER):
            visitor = Visitor(client)
            asked = await visitor.submit(FORGOT, FORGOT, email=email)
            answers[email] = (asked.status, asked.body, location(asked), sorted(visitor.cookies))
        assert answers[MIA] == answers[STRANGER]
        assert [mail.to for mail in await mailboxes.all("reset_password")] == [MIA]

    async def test_a_link_ends_after_thirty_minutes(self, mia, mailboxes, door):
        await with_account(mia, mailboxes)
        await mia.submit(FORGOT, FORGOT, email=MIA)
        door.clock.forward(minutes=30)
        assert (await mia.get((await mailboxes.latest("reset_password")).link)).status == 410

    async def test_no_other_mail_passes_for_a_reset(self, mia, mailboxes):
        await mia.sign_up()
        token = (await mailboxes.latest("verify_address")).link.partition("token=")[2]
        assert (await mia.get(f"{RESET}?token={token}")).status == 410
        assert (await mia.get(f"{UNDO}?token={token}")).status == 410

    async def test_of_two_links_the_second_ends_when_the_first_is_used(self, mia, mailboxes):
        await with_account(mia, mailboxes)
        for _ in range(2):
            await mia.submit(FORGOT, FORGOT, email=MIA)
        first, second = await mailboxes.all("reset_password")
        assert (await mia.submit(second.link, RESET, password=OTHER_PASSWORD)).status == 303
        assert (await mia.get(first.link)).status == 410

    async def test_what_is_no_address_is_said_beside_its_field(self, mia):
        assert (await mia.submit(FORGOT, FORGOT, email="mia")).status == 422

    async def test_nobody_fills_a_mailbox(self, mia, mailboxes):
        replies = [await mia.submit(FORGOT, FORGOT, email=MIA) for _ in range(6)]
        assert [reply.status for reply in replies] == [303] * 5 + [429]


class TestTheAddress:
    async def test_both_addresses_are_told_of_a_change(self, mia, mailboxes, door):
        await with_account(mia, mailboxes)
        door.clock.forward(seconds=1)
        await mia.submit(ADDRESS, ADDRESS, email=NEW)
        asked = await mailboxes.latest("verify_address")
        assert asked.to == NEW
        assert (await mia.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=asked.wrong_code)).status == 403
        done = await mia.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=asked.code)
        assert "Your address is confirmed." in said(await mia.get(location(done).partition("#")[0]))
        assert (await mailboxes.latest("address_changed")).to == NEW
        old = await mailboxes.latest("address_replaced")
        assert (old.to, old.values["new_masked"]) == (MIA, "m•••@p•••.example")
        assert (await Visitor(mia.client).sign_in(NEW)).status == 303
        assert (await Visitor(mia.client).sign_in(MIA)).status == 403

    async def test_a_link_changes_the_address_of_who_is_signed_in_only(self, mia, mailboxes, client, door):
        await with_account(mia, mailboxes)
        stranger = await with_account(Visitor(client), mailboxes, STRANGER)
        door.clock.forward(seconds=1)
        await mia.submit(ADDRESS, ADDRESS, email=NEW)
        link = (await mailboxes.latest("verify_address")).link
        assert (await stranger.get(link)).status == 410
        assert location(await Visitor(client).get(link)).startswith("/sign-in?next=")
        assert (await mia.get(link)).status == 200
        assert (await mia.submit(link, f"{ADDRESS}/confirm")).status == 303
        assert (await Visitor(client).sign_in(NEW)).status == 303

    async def test_an_address_of_another_account_is_told_by_mail_only(self, mia, mailboxes, client):
        await with_account(mia, mailboxes)
        thief = await with_account(Visitor(client), mailboxes, STRANGER)
        asked = await thief.submit(ADDRESS, ADDRESS, email=MIA)
        assert location(asked) == f"{ADDRESS}/code"
        assert (await mailboxes.latest("sign_up_again")).to == MIA
        assert [mail.to for mail in await mailboxes.all("verify_address")] == [MIA, STRANGER]
        assert MIA in said(await mia.get(SECURITY))

    async def test_an_address_that_another_got_in_the_meantime_is_refused_plainly(
        self, mia, mailboxes, client, door
    ):
        await with_account(mia, mailboxes)
        door.clock.forward(seconds=1)
        await mia.submit(ADDRESS, ADDRESS, email=NEW)
        code = (await mailboxes.latest("verify_address")).code
        await with_account(Visitor(client), mailboxes, NEW)
        refused = await mia.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=code)
        assert (refused.status, "has an account by now" in said(refused)) == (409, True)
        assert MIA in said(await mia.get(SECURITY))

    async def test_a_change_asks_for_a_fresh_sign_in(self, mia, mailboxes, door):
        await with_account(mia, mailboxes)
        door.clock.forward(minutes=11)
        assert location(await mia.get(ADDRESS)).startswith(f"{SECURITY}/again?next=")

    async def test_the_old_address_undoes_the_change_and_everybody_is_out(self, mia, mailboxes, client, door):
        thief = await with_account(mia, mailboxes)
        door.clock.forward(seconds=1)
        await thief.submit(ADDRESS, ADDRESS, email=NEW)
        code = (await mailboxes.latest("verify_address")).code
        await thief.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=code)
        link = (await mailboxes.latest("address_replaced")).link
        door.clock.forward(days=6)
        owner = Visitor(client)
        for _ in range(2):
            assert (await owner.get(link)).status == 200
        onward = location(await owner.submit(link, UNDO))
        assert "Its password is gone" in said(await owner.get(onward))
        told = await mailboxes.latest("address_put_back")
        assert (told.to, told.values["masked"]) == (NEW, "m•••@o•••.example")
        assert not await is_in(thief)
        assert (await Visitor(client).sign_in(MIA)).status == 403, "the password is gone"
        assert (await owner.submit(onward, RESET, password=OTHER_PASSWORD)).status == 303
        assert (await Visitor(client).sign_in(MIA, OTHER_PASSWORD)).status == 303
        assert (await owner.get(link)).status == 410

    async def test_an_address_is_put_back_by_who_is_signed_in_there(self, mia, mailboxes, door):
        await with_account(mia, mailboxes)
        door.clock.forward(seconds=1)
        await mia.submit(ADDRESS, ADDRESS, email=NEW)
        code = (await mailboxes.latest("verify_address")).code
        await mia.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=code)
        onward = location(await mia.submit((await mailboxes.latest("address_replaced")).link, UNDO))
        assert (await mia.submit(onward, RESET, password=OTHER_PASSWORD)).status == 303

    async def test_who_changes_twice_cannot_undo_the_owners_way_back(self, mia, mailboxes, client, door):
        thief = await with_account(mia, mailboxes)
        for email in (NEW, STRANGER):
            door.clock.forward(seconds=1)
            await thief.submit(ADDRESS, ADDRESS, email=email)
            code = (await mailboxes.latest("verify_address")).code
            await thief.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=code)
        owners, thiefs = await mailboxes.all("address_replaced")
        assert (owners.to, thiefs.to) == (MIA, NEW)
        assert (await Visitor(client).submit(thiefs.link, UNDO)).status == 303
        assert (await Visitor(client).submit(owners.link, UNDO)).status == 303
        assert (await Visitor(client).get(thiefs.link)).status == 410

    async def test_the_way_back_ends_after_seven_days(self, mia, mailboxes, door):
        await with_account(mia, mailboxes)
        door.clock.forward(seconds=1)
        await mia.submit(ADDRESS, ADDRESS, email=NEW)
        code = (await mailboxes.latest("verify_address")).code
        await mia.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=code)
        door.clock.forward(days=7)
        assert (await mia.get((await mailboxes.latest("address_replaced")).link)).status == 410


class TestWhereThereIsMoreThanAPassword:
    async def test_a_second_factor_is_asked_for_before_the_password_is_set_anew(
        self, mia, mailboxes, client, door
    ):
        await with_account(mia, mailboxes)
        add = f"{SECURITY}/authenticator/add"
        app = App(said(await mia.get(add)))
        paper = codes_on(said(await mia.submit(add, add, code=app.shows(door.clock.now()))))
        door.clock.forward(minutes=1)
        thief, owner = Visitor(client), Visitor(client)
        await thief.submit(FORGOT, FORGOT, email=MIA)
        link = (await mailboxes.latest("reset_password")).link
        for code in ("", "000000", "WRONG-WRONG"):
            refused = await thief.submit(link, RESET, password=OTHER_PASSWORD, code=code)
            assert (refused.status, "That code does not count." in said(refused)) == (403, True)
        assert (await owner.sign_in(password=OTHER_PASSWORD)).status == 403
        now = app.shows(door.clock.now())
        assert (await owner.submit(link, RESET, password=OTHER_PASSWORD, code=now)).status == 303
        await owner.submit(FORGOT, FORGOT, email=MIA)
        link = (await mailboxes.latest("reset_password")).link
        assert (await owner.submit(link, RESET, password=PASSWORD, code=paper[0])).status == 303
        assert (await mailboxes.latest("recovery_code_used")).values == {"left": 9}
        await owner.submit(FORGOT, FORGOT, email=MIA)
        link = (await mailboxes.latest("reset_password")).link
        again = await owner.submit(link, RESET, password=OTHER_PASSWORD, code=paper[0])
        assert again.status == 403, "a recovery code is good once"

    async def test_devices_are_signed_out_by_a_reset(self, mia, mailboxes, door):
        await with_account(mia, mailboxes)
        account_id = (await rows(door, accounts))[0].id
        grant = begin_grant(
            account_id,
            client_id="mooring",
            jkt="K" * 43,
            scope="device",
            asking=Asking(),
            at=door.clock.now(),
        )
        async with StoredAuthorizations(door.services.database).changing() as writer:
            await writer.add_grant(grant)
        await mia.submit(FORGOT, FORGOT, email=MIA)
        link = (await mailboxes.latest("reset_password")).link
        await mia.submit(link, RESET, password=OTHER_PASSWORD)
        assert [row.end_reason for row in await rows(door, grants)] == ["ended_by_owner"]


class TestAnAddressThatNobodyProved:
    @pytest.fixture
    async def opened(self, tmp_path: Path) -> AsyncIterator[tuple[Door, Mailboxes]]:
        door, mailboxes = a_door_with_mail(tmp_path, proves_sign_ups=False)
        yield door, mailboxes
        await door.close()

    async def test_is_proven_later(self, mia, mailboxes):
        assert location(await mia.sign_up()) != CODE
        assert "Not confirmed" in said(await mia.get(SECURITY))
        asked = await mia.submit(SECURITY, f"{ADDRESS}/verify")
        assert location(asked) == f"{ADDRESS}/code"
        code = (await mailboxes.latest("verify_address")).code
        await mia.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=code)
        assert "Not confirmed" not in said(await mia.get(SECURITY))
        assert await mailboxes.kinds() == ["verify_address"]

    async def test_mails_to_it_are_few(self, mia):
        await mia.sign_up()
        replies = [await mia.submit(SECURITY, f"{ADDRESS}/verify") for _ in range(6)]
        assert [reply.status for reply in replies] == [303] * 5 + [429]

    async def test_a_reset_proves_it_and_leaves_a_stranger_nothing_to_come_back_with(
        self, mia, mailboxes, client, door
    ):
        """Whoever made the account may have left a passkey or an identity in wait for its owner."""
        await mia.sign_up()
        (account,) = await rows(door, accounts)
        identity = an_identity_of(an_account(), account_id=account.id)
        async with StoredIdentities(door.services.database, Outbox(mailboxes.secrets)).changing() as writer:
            await writer.add_identity(identity)
        owner = Visitor(client)
        await owner.submit(FORGOT, FORGOT, email=MIA)
        link = (await mailboxes.latest("reset_password")).link
        assert "Until now nobody had proven this address" in said(await owner.get(link))
        assert "The authenticator app is removed" not in said(await owner.get(link))
        app = App(said(await mia.get(f"{SECURITY}/authenticator/add")))
        page = f"{SECURITY}/authenticator/add"
        await mia.submit(page, page, code=app.shows(door.clock.now()))
        assert "The authenticator app is removed, too" in said(await owner.get(link))
        await owner.submit(link, RESET, password=OTHER_PASSWORD)
        assert await rows(door, authenticators) == []
        assert await rows(door, identities) == []
        (account,) = await rows(door, accounts)
        assert account.verified_at == door.clock.now()

    async def test_is_told_of_a_change_and_given_no_say(self, mia, mailboxes, door):
        """It may be a stranger's mailbox, by a slip of the keyboard."""
        await mia.sign_up()
        await mia.submit(ADDRESS, ADDRESS, email=NEW)
        code = (await mailboxes.latest("verify_address")).code
        await mia.submit(f"{ADDRESS}/code", f"{ADDRESS}/code", code=code)
        assert [mail.to for mail in await mailboxes.all("address_changed")] == [NEW, MIA]
        assert await mailboxes.all("address_replaced") == []


class TestNewSignIns:
    async def test_a_browser_that_is_not_theirs_is_told_of_and_their_own_is_not(
        self, mia, mailboxes, client, door
    ):
        await with_account(mia, mailboxes)
        await mia.submit(SECURITY, "/sign-out")
        await mia.sign_in()
        assert await mailboxes.all("new_sign_in") == []
        stranger = Visitor(client)
        await stranger.sign_in()
        (mail,) = await mailboxes.all("new_sign_in")
        assert (mail.to, mail.values["when"]) == (MIA, door.clock.now())
        await stranger.submit(SECURITY, "/sign-out")
        await stranger.sign_in()
        assert len(await mailboxes.all("new_sign_in")) == 1

    async def test_after_a_reset_every_browser_is_a_strangers(self, mia, mailboxes, door):
        await with_account(mia, mailboxes)
        await mia.submit(FORGOT, FORGOT, email=MIA)
        door.clock.forward(seconds=1)
        link = (await mailboxes.latest("reset_password")).link
        await mia.submit(link, RESET, password=OTHER_PASSWORD)
        await mia.sign_in(password=OTHER_PASSWORD)
        assert len(await mailboxes.all("new_sign_in")) == 1
