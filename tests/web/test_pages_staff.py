"""Deciding who works here: invitations, roles, removal; and what somebody else may try with them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from mooring.server.foundation.database.statement import Statement
from mooring.server.identity.storage.tables import accounts, sessions, staff_invitations
from tests.support.clients import AsgiClient
from tests.support.mailboxes import a_door_with_mail
from tests.support.staff import (
    OWNER,
    STEP_TWO,
    Employee,
    a_door_without_mail,
    account_id,
    acts,
    be,
    roles,
)
from tests.support.visitors import Form, Visitor, location, path_of, said

CONSOLE = "/console"
STAFF = f"{CONSOLE}/staff"
INVITE, INVITATION, ROLE, REMOVE = (f"{STAFF}/{each}" for each in ("invite", "invitation", "role", "remove"))
MIA = "mia@post.example"
AS_A_BROWSER = (("Accept", "text/html"),)


@pytest.fixture
async def door_and_mail(tmp_path):
    door, mailboxes = a_door_with_mail(tmp_path, proves_sign_ups=False)
    yield door, mailboxes
    await door.close()


@pytest.fixture
def door(door_and_mail):
    return door_and_mail[0]


@pytest.fixture
def mailboxes(door_and_mail):
    return door_and_mail[1]


@pytest.fixture
async def ada(door):
    return await Employee(door).join(OWNER)


@pytest.fixture
async def mia(door):
    """A customer who has proven her address."""
    mia = Employee(door)
    await mia.have_account(MIA)
    await be(door, MIA, None)
    return mia


async def fresh(employee):
    """Sign in anew, so that something may be decided."""
    employee.cookies.pop("mooring", None)
    await employee.enter()
    return employee


async def invite(ada, email=MIA, role="support"):
    return await ada.submit(INVITE, INVITE, email=email, role=role)


async def accept(visitor, link, *, status=303):
    answer = await visitor.submit(link, "/invitation")
    assert answer.status == status, said(answer)
    return answer


async def rows(door, table):
    async with door.services.database.reading() as session:
        return await session.fetch(Statement(select(table)))


class TestInvitations:
    async def test_who_is_invited_gets_a_mail_and_joins(self, door, mailboxes, ada, mia):
        invited = await invite(ada)
        assert location(invited) == f"{STAFF}?done=invited"
        mail = await mailboxes.latest("staff_invited")
        assert (mail.to, mail.values["role"]) == (MIA, "support")
        assert str(mail.values["link"]).startswith("http://127.0.0.1:8000/invitation?token=")
        page = said(await ada.get(STAFF))
        assert MIA in page
        assert await roles(door) == {OWNER: "owner"}

        page = said(await mia.get(mail.link))
        assert "Support" in page
        assert await roles(door) == {OWNER: "owner"}  # looking does nothing
        assert location(await accept(mia, mail.link)) == CONSOLE
        assert await roles(door) == {OWNER: "owner", MIA: "support"}
        assert location(await mia.get(CONSOLE)).startswith("/account/security/again")  # no second factor yet
        assert await rows(door, staff_invitations) == []

        ada_id, mia_id = await account_id(door, OWNER), await account_id(door, MIA)
        assert await acts(door) == [
            ("staff.invited", ada_id, None, {"to": "support", "address": "m•••@p•••.example"}),
            ("staff.joined", mia_id, mia_id, {"to": "support"}),
        ]
        shown = said(await ada.get(STAFF))
        assert f"{OWNER} invited m•••@p•••.example, in the role Support." in shown
        assert f"{MIA} accepted an invitation, in the role Support." in shown
        assert "No second factor yet" in shown

    async def test_only_the_hash_of_the_link_is_kept(self, door, mailboxes, ada):
        await invite(ada)
        token = (await mailboxes.latest("staff_invited")).link.partition("token=")[2]
        assert token not in str(await rows(door, staff_invitations))

    async def test_who_is_not_signed_in_signs_in_first_and_comes_back(self, door, mailboxes, ada, mia):
        await invite(ada)
        link = (await mailboxes.latest("staff_invited")).link
        stranger = Visitor(AsgiClient(door.app))
        leads = location(await stranger.get(link))
        assert leads.startswith("/sign-in?next=%2Finvitation%3Ftoken%3D")
        entered = await stranger.submit(leads, "/sign-in", email=MIA, password="correct horse battery staple")
        assert location(entered) == link

    async def test_is_good_once(self, door, mailboxes, ada, mia):
        await invite(ada)
        link = (await mailboxes.latest("staff_invited")).link
        form = Form(said(await mia.get(link)), "/invitation").fields
        assert (await mia.post("/invitation", form)).status == 303
        assert (await mia.get(link)).status == 410
        await be(door, MIA, None)  # removed, and tries again with what they kept
        assert (await mia.get(link)).status == 410
        assert (await mia.post("/invitation", form)).status == 410
        assert await roles(door) == {OWNER: "owner"}

    async def test_of_two_to_one_address_the_later_counts(self, door, mailboxes, ada, mia):
        await invite(ada, role="admin")
        first = (await mailboxes.latest("staff_invited")).link
        await invite(ada, email="MIA@post.example", role="viewer")
        second = (await mailboxes.latest("staff_invited")).link
        assert first != second
        assert (await mia.get(first)).status == 410
        await accept(mia, second)
        assert (await roles(door))[MIA] == "viewer"

    async def test_another_account_cannot_accept_it_and_does_not_use_it_up(self, door, mailboxes, ada, mia):
        tom = Employee(door)
        await tom.have_account("tom@fabrikam.example")
        await be(door, "tom@fabrikam.example", None)
        await invite(ada, role="owner")
        link = (await mailboxes.latest("staff_invited")).link
        shown = await tom.get(link)
        assert shown.status == 403
        assert "m•••@p•••.example" in said(shown)
        assert MIA not in said(shown)
        token = link.partition("token=")[2]
        forged = Form(said(shown), "/sign-out").fields | {"token": token, "email": MIA}
        assert (await tom.post("/invitation", forged)).status == 403
        assert await roles(door) == {OWNER: "owner"}
        await accept(mia, link)

    async def test_an_address_that_nobody_proved_is_not_enough(self, door, mailboxes, ada, mia):
        await be(door, MIA, None, proven=False)  # as a stranger has who signed up with her address
        await invite(ada)
        link = (await mailboxes.latest("staff_invited")).link
        shown = await mia.get(link)
        assert shown.status == 403
        assert "Confirm the address" in said(shown)
        token = {"token": link.partition("token=")[2]}
        form = Form(said(shown), "/sign-out").fields | token
        assert (await mia.post("/invitation", form)).status == 403
        await be(door, MIA, None)
        await accept(mia, link)

    @pytest.mark.parametrize("token", ["", "x", "c" * 43, "c" * 600, "ü"])
    async def test_what_was_never_sent_is_worth_nothing(self, mia, token):
        assert (await mia.get(f"/invitation?token={token.replace('ü', '%C3%BC')}")).status == 410
        form = Form(said(await mia.get("/account/security")), "/sign-out").fields
        assert (await mia.post("/invitation", form | {"token": token})).status == 410

    async def test_ends_after_seven_days(self, door, mailboxes, ada, mia):
        await invite(ada)
        link = (await mailboxes.latest("staff_invited")).link
        made_at = door.clock.at
        door.clock.at = made_at + timedelta(days=7, seconds=-1)
        mia.cookies.pop("mooring", None)
        await mia.sign_in(MIA)
        assert (await mia.get(link)).status == 200
        door.clock.at = made_at + timedelta(days=7)
        assert (await mia.get(link)).status == 410
        await fresh(ada)
        assert "Nobody is invited" in said(await ada.get(STAFF))
        await door.services.identity.staff.list_staff(at=door.clock.now())

    async def test_is_taken_back_by_an_owner(self, door, mailboxes, ada, mia):
        await invite(ada)
        link = (await mailboxes.latest("staff_invited")).link
        [kept] = await rows(door, staff_invitations)
        page = f"{INVITATION}?id={kept.id}"
        assert MIA in said(await ada.get(page))
        undone = await ada.submit(page, INVITATION)
        assert location(undone) == f"{STAFF}?done=undone"
        assert (await mia.get(link)).status == 410
        assert (await ada.get(page)).status == 404
        again = await ada.post(
            INVITATION, Form(said(await ada.get(STAFF)), "/sign-out").fields | {"id": kept.id}
        )
        assert location(again) == f"{STAFF}?done=undone"
        kinds = [kind for kind, *_ in await acts(door)]
        assert kinds == ["staff.invited", "staff.invitation_undone"]

    async def test_counts_only_for_as_long_as_who_made_it_may_invite(self, door, mailboxes, ada, mia):
        bob = await Employee(door).join("bob@harbor.example", "owner")
        await invite(bob, role="owner")
        link = (await mailboxes.latest("staff_invited")).link
        bob_id = await account_id(door, "bob@harbor.example")
        await fresh(ada)
        await ada.submit(f"{ROLE}?account={bob_id}", ROLE, role="admin")
        assert (await mia.get(link)).status == 410
        assert await rows(door, staff_invitations) == []

    async def test_of_an_account_that_is_gone_counts_no_more(self, door, mailboxes, ada, mia):
        bob = await Employee(door).join("bob@harbor.example", "owner")
        await invite(bob, role="owner")
        link = (await mailboxes.latest("staff_invited")).link
        async with door.services.database.transaction() as transaction:
            await transaction.execute(
                Statement(
                    update(accounts)
                    .where(accounts.c.email_key == "bob@harbor.example")
                    .values(staff_role=None)
                )
            )
        form = Form(said(await mia.get(link)), "/invitation").fields
        assert (await mia.post("/invitation", form)).status == 410
        assert MIA not in await roles(door)

    async def test_who_works_here_is_not_invited_again(self, door, ada):
        await Employee(door).join("sam@harbor.example", "support")
        await fresh(ada)
        refused = await invite(ada, email="SAM@harbor.example", role="owner")
        assert refused.status == 409
        assert "They work here already" in said(refused)
        assert (await roles(door))["sam@harbor.example"] == "support"

    async def test_an_invitation_neither_raises_nor_lowers_who_works_here_by_now(
        self, door, mailboxes, ada, mia
    ):
        await invite(ada, role="owner")
        link = (await mailboxes.latest("staff_invited")).link
        form = Form(said(await mia.get(link)), "/invitation").fields
        await be(door, MIA, "viewer")  # as an operator may have said meanwhile
        assert (await mia.post("/invitation", form)).status == 410
        assert (await roles(door))[MIA] == "viewer"

    @pytest.mark.parametrize(
        ("typed", "status"),
        [
            ({"email": "nobody", "role": "viewer"}, 422),
            ({"email": MIA, "role": "boss"}, 422),
            ({"email": MIA, "role": ""}, 422),
        ],
    )
    async def test_what_cannot_be_is_said_so(self, door, ada, typed, status):
        refused = await ada.submit(INVITE, INVITE, **typed)
        assert refused.status == status
        assert await rows(door, staff_invitations) == []

    async def test_nobody_fills_a_mailbox(self, mailboxes, ada):
        for _ in range(5):
            assert (await invite(ada)).status == 303
        refused = await invite(ada)
        assert refused.status == 429
        assert "too many tries" in said(refused)
        assert len(await mailboxes.all("staff_invited")) == 5

    async def test_speaks_the_language_of_who_is_invited(self, door, mailboxes, ada, mia):
        await mia.get("/account/security?language=fr")
        await invite(ada)
        assert (await mailboxes.latest("staff_invited")).language == "fr"
        await invite(ada, email="new@post.example")
        assert (await mailboxes.latest("staff_invited")).language == "en"


class TestWithoutMail:
    @pytest.fixture
    async def door_and_mail(self, tmp_path):
        door = a_door_without_mail(tmp_path)
        yield door, None
        await door.close()

    async def test_the_owner_hands_the_link_over(self, door, ada, mia):
        await be(door, MIA, None, proven=False)  # nobody can prove an address here
        shown = await invite(ada)
        assert shown.status == 200
        page = said(shown)
        link = path_of(page.split('id="invitation-link">')[1].split("<")[0])
        assert link.partition("token=")[2] not in said(await ada.get(STAFF))  # shown this once
        tom = Employee(door)
        await tom.have_account("tom@fabrikam.example")
        assert (await tom.get(link)).status == 403
        await accept(mia, link)
        assert (await roles(door))[MIA] == "support"


class TestRoles:
    @pytest.fixture
    async def sam(self, door, ada):
        sam = await Employee(door).join("sam@harbor.example", "support")
        await fresh(ada)
        return sam

    async def test_a_changed_role_holds_at_once(self, door, ada, sam):
        sam_id, ada_id = await account_id(door, sam.email), await account_id(door, OWNER)
        page = f"{ROLE}?account={sam_id}"
        shown = said(await ada.get(page))
        assert 'value="support" aria-describedby="role-support-may" checked' in shown
        assert location(await ada.submit(page, ROLE, role="viewer")) == f"{STAFF}?done=changed"
        assert (await roles(door))[sam.email] == "viewer"
        assert (await sam.get(CONSOLE, AS_A_BROWSER)).status == 404  # signed out everywhere
        assert location(await sam.get("/account/security")).startswith("/sign-in")
        await sam.enter()
        assert "Viewer" in said(await sam.get(CONSOLE))
        assert (await acts(door))[-1] == (
            "staff.role_changed",
            ada_id,
            sam_id,
            {"from": "support", "to": "viewer"},
        )
        assert f"{OWNER} changed the role of {sam.email} from Support to Viewer." in said(
            await ada.get(STAFF)
        )

    async def test_the_same_role_again_changes_nothing(self, door, ada, sam):
        page = f"{ROLE}?account={await account_id(door, sam.email)}"
        assert location(await ada.submit(page, ROLE, role="support")) == f"{STAFF}?done=changed"
        assert (await sam.get(CONSOLE)).status == 200
        assert await acts(door) == []

    async def test_who_is_removed_is_out_in_mid_session(self, door, ada, sam):
        sam_id = await account_id(door, sam.email)
        assert (await sam.get(CONSOLE)).status == 200
        page = f"{REMOVE}?account={sam_id}"
        assert sam.email in said(await ada.get(page))
        assert location(await ada.submit(page, REMOVE)) == f"{STAFF}?done=removed"
        assert (await sam.get(CONSOLE, AS_A_BROWSER)).status == 404
        assert await roles(door) == {OWNER: "owner"}
        sam.cookies.pop("mooring", None)
        await sam.enter()  # as the customer that they are still
        assert (await sam.get("/account/security")).status == 200
        assert (await sam.get(CONSOLE, AS_A_BROWSER)).status == 404
        assert (await ada.get(page)).status == 404

    async def test_an_owner_who_is_demoted_while_a_form_lies_open_decides_nothing(self, door, ada):
        bob = await Employee(door).join("bob@harbor.example", "owner")
        ada_id = await account_id(door, OWNER)
        form = Form(said(await bob.get(f"{REMOVE}?account={ada_id}")), REMOVE).fields
        await fresh(ada)
        bob_id = await account_id(door, bob.email)
        await ada.submit(f"{ROLE}?account={bob_id}", ROLE, role="admin")
        assert (await bob.post(REMOVE, form, AS_A_BROWSER)).status == 404
        assert await roles(door) == {OWNER: "owner", bob.email: "admin"}

    async def test_the_last_owner_stays(self, door, ada, sam):
        ada_id = await account_id(door, OWNER)
        refused = await ada.submit(f"{ROLE}?account={ada_id}", ROLE, role="admin")
        assert refused.status == 409
        assert "This is the last owner" in said(refused)
        refused = await ada.submit(f"{REMOVE}?account={ada_id}", REMOVE)
        assert refused.status == 409
        assert (await roles(door))[OWNER] == "owner"
        assert (await ada.get(CONSOLE)).status == 200

    async def test_an_owner_may_step_down_while_another_is_left(self, door, ada, sam):
        sam_id, ada_id = await account_id(door, sam.email), await account_id(door, OWNER)
        await ada.submit(f"{ROLE}?account={sam_id}", ROLE, role="owner")
        assert "your own account" in said(await ada.get(f"{ROLE}?account={ada_id}"))
        assert location(await ada.submit(f"{ROLE}?account={ada_id}", ROLE, role="viewer")) == "/sign-in"
        assert "mooring" not in ada.cookies
        assert await roles(door) == {OWNER: "viewer", sam.email: "owner"}

    async def test_nobody_joins_unasked(self, door, ada, mia):
        mia_id = await account_id(door, MIA)
        form = Form(said(await ada.get(f"{ROLE}?account={await account_id(door, OWNER)}")), ROLE).fields
        for path in (ROLE, REMOVE):
            assert (await ada.get(f"{path}?account={mia_id}")).status == 404
            sent = form | {"account": mia_id, "role": "viewer"}
            assert (await ada.post(path, sent)).status == 404
        assert await roles(door) == {OWNER: "owner"}

    async def test_a_role_that_is_none_is_said_so(self, door, ada, sam):
        page = f"{ROLE}?account={await account_id(door, sam.email)}"
        refused = await ada.submit(page, ROLE, role="boss")
        assert refused.status == 422
        assert "Choose a role" in said(refused)

    async def test_a_role_of_a_later_release_may_nothing(self, door, sam):
        await be(door, sam.email, "auditor")
        assert (await sam.get(CONSOLE, AS_A_BROWSER)).status == 404
        assert location(await Visitor(sam.client).sign_in(sam.email)) == STEP_TWO

    async def test_a_deleted_account_leaves_no_right(self, door, ada, sam):
        sam_id = await account_id(door, sam.email)
        page = f"{ROLE}?account={sam_id}"
        await ada.submit(page, ROLE, role="viewer")
        async with door.services.database.transaction() as transaction:
            for table in ("authenticators", "recovery_codes", "passwords", "sessions"):
                kind = accounts.metadata.tables[table]
                await transaction.execute(Statement(delete(kind).where(kind.c.account_id == sam_id)))
            await transaction.execute(Statement(delete(accounts).where(accounts.c.id == sam_id)))
        assert (await sam.get(CONSOLE, AS_A_BROWSER)).status == 404
        assert await roles(door) == {OWNER: "owner"}
        assert "An account that is gone" in said(await ada.get(STAFF))

    async def test_each_role_speaks_each_language(self, ada):
        for language, owner in (
            ("de", "Inhaber"),
            ("fr", "Propriétaire"),
            ("ja", "オーナー"),
            ("zh", "所有者"),
        ):
            assert owner in said(await ada.get(f"{CONSOLE}?language={language}"))


class TestTheSecondFactorStays:
    async def test_the_only_one_of_who_works_here_cannot_be_removed(self, door, ada):
        remove = "/account/security/authenticator/remove"
        refused = await ada.submit(remove, remove)
        assert refused.status == 409
        assert "your only second factor" in said(refused)
        assert "10 recovery codes are left" in said(await ada.get("/account/security"))

    async def test_a_mailbox_alone_takes_it_from_nobody_who_works_here(self, door, mailboxes, ada):
        await be(door, OWNER, "owner", proven=False)  # as an operator's command leaves it
        stranger = Visitor(AsgiClient(door.app))
        await stranger.submit("/forgot-password", "/forgot-password", email=OWNER)
        link = (await mailboxes.latest("reset_password")).link
        refused = await stranger.submit(link, "/reset-password", password="a new one for a thief")
        assert refused.status == 403
        code = ada.app.shows(door.clock.now())
        done = await stranger.submit(link, "/reset-password", password="a new one for its owner", code=code)
        assert done.status == 303
        assert await rows(door, sessions) == []
        door.clock.forward(minutes=1)
        assert location(await stranger.sign_in(OWNER, "a new one for its owner")) == STEP_TWO
        assert "Type the code" in said(await stranger.get(STEP_TWO))
