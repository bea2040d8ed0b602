"""What the store of the staff promises on each database, and who wins where two decide at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from mooring.core.identifiers import new_identifier
from mooring.core.refusals import SignInRequired
from mooring.server.foundation.budgets.memory import MemoryBudgets
from mooring.server.foundation.database.conflicts import through_conflicts
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.credentials.authenticator import (
    Authenticator,
    SecondFactorOff,
    new_authenticator,
)
from mooring.server.identity.domain.credentials.half_session import HalfSession, HalfSessionEnded
from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.session import FRESH, NotFresh
from mooring.server.identity.domain.staff.changes import LastOwner, NotPermitted, NotStaff
from mooring.server.identity.domain.staff.invitation import LASTS, Invitation, InvitationOver
from mooring.server.identity.domain.staff.roles import Role
from mooring.server.identity.domain.staff.second_step import SecondStep
from mooring.server.identity.storage.identities import StoredIdentities
from mooring.server.identity.storage.staff import StoredStaff
from mooring.server.identity.storage.tables import sessions
from mooring.server.identity.use_cases.accounts.choose_language import ChooseLanguage
from mooring.server.identity.use_cases.accounts.messages import Arrival
from mooring.server.identity.use_cases.recovery.limits import MailLimits
from mooring.server.identity.use_cases.recovery.messages import Wish
from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits
from mooring.server.identity.use_cases.staff import forget_invitations
from mooring.server.identity.use_cases.staff.accept_invitation import AcceptInvitation
from mooring.server.identity.use_cases.staff.change_role import ChangeRole
from mooring.server.identity.use_cases.staff.forget_invitations import ForgetInvitations
from mooring.server.identity.use_cases.staff.invite_staff import InviteStaff
from mooring.server.identity.use_cases.staff.list_staff import ListStaff
from mooring.server.identity.use_cases.staff.operator.appoint import Appoint
from mooring.server.identity.use_cases.staff.operator.list_accounts import ListAccounts
from mooring.server.identity.use_cases.staff.set_up_second_factor import SetUpSecondFactor
from mooring.server.identity.use_cases.staff.undo_invitation import UndoInvitation
from mooring.server.record.outbox.writing import Outbox
from tests.support.accounts import HERE, TOKEN_SECRETS, a_session, an_account, an_identity_of
from tests.support.certificates import AT
from tests.support.databases import KINDS, a_database

SECRETS = Secrets(bytes(range(32)))
SECOND = timedelta(seconds=1)
ROUNDS = 6


@pytest.fixture(params=KINDS)
async def database(request, tmp_path):
    async with a_database(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def rooms(database):
    return StoredStaff(database, SECRETS, Outbox(SECRETS))


async def change(rooms, do):
    async with rooms.changing() as writer:
        return await do(writer)


async def read(rooms, do):
    async with rooms.reading() as reader:
        return await do(reader)


async def at_once(*acts):
    return await asyncio.gather(*map(through_conflicts, acts), return_exceptions=True)


async def session_ids(rooms, account_id):
    return [each.id for each in await read(rooms, lambda reader: reader.sessions_of(account_id))]


async def let_go(rooms, session):
    await change(rooms, lambda writer: writer.save_role(session.account_id, None))


async def an_employee(rooms, email, role="owner", *, at=AT):
    """Return somebody's session, opened with two factors at ``at``, who is ``role`` here."""
    account = an_account(email, verified_at=AT, staff_role=role)
    session = a_session(account, created_at=at, last_seen_at=at, fresh_at=at, second_factor_at=at)

    async def add(writer):
        await writer.add_account(account, "hash")
        await writer.add_session(session, email.encode().ljust(32)[:32])

    await change(rooms, add)
    return session


async def roles(rooms):
    return {
        each.account.email.text: each.account.staff_role for each in await read(rooms, lambda r: r.staff())
    }


def an_invitation(email="mia@post.example", **changes):
    invitation = Invitation(
        id=new_identifier("inv", AT),
        token_hash=b"t" * 32,
        email=parse_email_address(email),
        role=Role.SUPPORT,
        invited_by="acc_a",
        created_at=AT,
        ends_at=AT + LASTS,
    )
    return replace(invitation, **changes)


def inviting(rooms, *, mails=False):
    invite = InviteStaff(
        rooms, TOKEN_SECRETS, MailLimits(MemoryBudgets()), site="https://a.example", mails=mails
    )

    async def invite_(session, email, role=Role.SUPPORT, *, at=AT):
        wish = Wish(email=email, address=HERE, language="en")
        return await invite(wish, role, session=session, at=at)

    return invite_


# What is kept


async def test_keeps_who_works_here_and_how_they_are_protected(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    await an_employee(rooms, "mia@post.example", None)
    secret = Authenticator(account_id=ada.account_id, secret=b"s" * 20, created_at=AT, confirmed_at=AT)
    await change(rooms, lambda writer: writer.save_authenticator(secret))
    [known] = await read(rooms, lambda reader: reader.staff())
    assert (known.account.id, known.account.staff_role) == (ada.account_id, "owner")
    assert known[1:] == (True, 0, AT)
    unconfirmed = replace(secret, confirmed_at=None)
    await change(rooms, lambda writer: writer.save_authenticator(unconfirmed))
    [known] = await read(rooms, lambda reader: reader.staff())
    assert known[1:] == (False, 0, AT)


async def test_a_role_is_kept_and_taken_away_for_itself(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    await change(rooms, lambda writer: writer.save_role(ada.account_id, Role.VIEWER))
    assert await roles(rooms) == {"ada@harbor.example": "viewer"}
    await change(rooms, lambda writer: writer.save_role(ada.account_id, None))
    assert await roles(rooms) == {}


async def test_who_keeps_an_account_as_it_was_brings_no_role_back(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    before = await read(rooms, lambda reader: reader.account(ada.account_id))
    await change(rooms, lambda writer: writer.save_role(ada.account_id, None))
    await change(rooms, lambda writer: writer.save_account(replace(before, language="de")))
    await ChooseLanguage(rooms)(ada.account_id, "fr")
    assert await roles(rooms) == {}


async def test_accounts_are_listed_page_by_page(rooms):
    for number in range(5):
        await an_employee(rooms, f"a{number}@post.example", None)
    listing = ListAccounts(rooms)
    first = await listing(after=None, limit=3)
    rest = await listing(after=first.next_cursor, limit=3)
    assert (len(first.items), len(rest.items), rest.next_cursor) == (3, 2, None)
    ids = [each.account.id for each in (*first.items, *rest.items)]
    assert ids == sorted(ids)
    assert (await listing.staff()) == ([], None)


async def test_an_account_elsewhere_without_an_address_is_listed_too(rooms, database):
    account = replace(an_account(), email=None, name="Mia")

    async def add(writer):
        await writer.add_account(account)
        await writer.save_role(account.id, Role.VIEWER)

    await change(rooms, add)
    [known] = await read(rooms, lambda reader: reader.staff())
    assert (known.account.shown, known.last_seen_at) == ("Mia", None)
    assert an_identity_of(account).account_id == account.id


async def test_an_invitation_is_found_by_its_hash_alone(rooms):
    invitation = an_invitation()
    await change(rooms, lambda writer: writer.add_invitation(invitation))
    assert await read(rooms, lambda reader: reader.invitation(b"t" * 32)) == invitation
    assert await change(rooms, lambda writer: writer.invitation(b"t" * 32)) == invitation
    assert await read(rooms, lambda reader: reader.invitation(b"u" * 32)) is None
    assert await read(rooms, lambda reader: reader.invitations()) == [invitation]
    assert await change(rooms, lambda writer: writer.remove_invitation(invitation.id)) == invitation
    assert await change(rooms, lambda writer: writer.remove_invitation(invitation.id)) is None


async def test_invitations_go_by_address_and_by_who_made_them(rooms):
    made = [
        an_invitation("a@post.example", token_hash=b"a" * 32, invited_by="acc_x"),
        an_invitation("b@post.example", token_hash=b"b" * 32, invited_by="acc_y"),
    ]
    for each in made:
        await change(rooms, lambda writer, each=each: writer.add_invitation(each))
    assert await change(rooms, lambda writer: writer.remove_invitations_to("c@post.example")) == []
    assert await change(rooms, lambda writer: writer.remove_invitations_to("a@post.example")) == made[:1]
    assert await change(rooms, lambda writer: writer.remove_invitations_by("acc_x")) == []
    assert await change(rooms, lambda writer: writer.remove_invitations_by("acc_y")) == made[1:]


async def test_invitations_that_ended_are_forgotten(rooms):
    for number in range(3):
        invitation = an_invitation(
            f"{number}@post.example", token_hash=bytes([number]) * 32, ends_at=AT + number * SECOND
        )
        await change(rooms, lambda writer, each=invitation: writer.add_invitation(each))
    assert await ForgetInvitations(rooms)(at=AT + SECOND) == 2
    [left] = await read(rooms, lambda reader: reader.invitations())
    assert left.email.text == "2@post.example"
    assert await ForgetInvitations(rooms)(at=AT + SECOND) == 0


async def test_acts_tell_who_did_what_to_whom(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    bob = await an_employee(rooms, "bob@harbor.example", "viewer")

    async def note(writer):
        await writer.note(
            "staff.role_changed", by=ada.account_id, of=bob.account_id, detail={"to": "x"}, at=AT
        )
        await writer.note("staff.appointed", by=None, of="acc_gone", at=AT + SECOND)
        await writer.note("account.second_factor_off", by=None, of=bob.account_id, at=AT)

    await change(rooms, note)
    latest, first = await read(rooms, lambda reader: reader.acts(limit=5))
    assert latest[1:] == (AT + SECOND, "staff.appointed", None, True, None, {})
    assert first[1:] == (
        AT,
        "staff.role_changed",
        "ada@harbor.example",
        False,
        "bob@harbor.example",
        {"to": "x"},
    )
    assert await read(rooms, lambda reader: reader.acts(limit=1)) == [latest]


# Who may decide


async def test_only_who_is_an_owner_now_with_two_factors_and_a_fresh_proof_decides(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    admin = await an_employee(rooms, "bob@harbor.example", "admin")
    customer = await an_employee(rooms, "mia@post.example", None)
    change_role, invite, undo = ChangeRole(rooms), inviting(rooms), UndoInvitation(rooms)
    for session in (admin, customer, replace(ada, second_factor_at=None)):
        with pytest.raises(NotPermitted):
            await change_role(ada.account_id, Role.VIEWER, session=session, at=AT)
        with pytest.raises(NotPermitted):
            await change_role.remove(ada.account_id, session=session, at=AT)
        with pytest.raises(NotPermitted):
            await change_role(session.account_id, Role.OWNER, session=session, at=AT)
        with pytest.raises(NotPermitted):
            await invite(session, "new@post.example", Role.OWNER)
        with pytest.raises(NotPermitted):
            await undo("inv_1", session=session, at=AT)
    for act in (
        change_role(admin.account_id, Role.VIEWER, session=ada, at=AT + FRESH),
        invite(ada, "new@post.example", at=AT + FRESH),
        undo("inv_1", session=ada, at=AT + FRESH),
    ):
        with pytest.raises(NotFresh):
            await act
    assert await roles(rooms) == {"ada@harbor.example": "owner", "bob@harbor.example": "admin"}


async def test_a_session_that_was_ended_meanwhile_decides_nothing(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    bob = await an_employee(rooms, "bob@harbor.example", "viewer")
    await change(rooms, lambda writer: writer.remove_sessions_of(ada.account_id))
    with pytest.raises(SignInRequired):
        await ChangeRole(rooms)(bob.account_id, Role.OWNER, session=ada, at=AT)
    with pytest.raises(SignInRequired):
        await inviting(rooms)(ada, "new@post.example")


async def test_of_two_owners_who_demote_each_other_at_once_one_stays(rooms):
    change_role = ChangeRole(rooms)
    for number in range(ROUNDS):
        one = await an_employee(rooms, f"one{number}@harbor.example")
        two = await an_employee(rooms, f"two{number}@harbor.example")
        outcomes = await at_once(
            partial(change_role, two.account_id, Role.VIEWER, session=one, at=AT),
            partial(change_role, one.account_id, Role.VIEWER, session=two, at=AT),
        )
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "NotPermitted"]
        now = await roles(rooms)
        assert sorted(now[f"{name}{number}@harbor.example"] for name in ("one", "two")) == ["owner", "viewer"]
        winner, loser = (one, two) if outcomes[0] is None else (two, one)
        assert await session_ids(rooms, winner.account_id) == [winner.id]
        assert await session_ids(rooms, loser.account_id) == []
        await let_go(rooms, winner)


async def test_of_two_owners_who_step_down_at_once_one_stays(rooms):
    remove = ChangeRole(rooms).remove
    for number in range(ROUNDS):
        owners = [await an_employee(rooms, f"{name}{number}@harbor.example") for name in ("one", "two")]
        outcomes = await at_once(*(partial(remove, who.account_id, session=who, at=AT) for who in owners))
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastOwner", "NoneType"]
        [left] = [who for who, outcome in zip(owners, outcomes, strict=True) if outcome is not None]
        await let_go(rooms, left)


async def test_the_operator_cannot_take_the_last_owner_either_whoever_else_decides(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    with pytest.raises(LastOwner):
        await Appoint(rooms)(ada.account_id, None, at=AT)
    with pytest.raises(NotStaff):
        await ChangeRole(rooms)("acc_nobody", Role.VIEWER, session=ada, at=AT)


async def test_an_invitation_that_is_accepted_twice_at_once_counts_once(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    mia = await an_employee(rooms, "mia@post.example", None)
    other = a_session(await read(rooms, lambda reader: reader.account(mia.account_id)), second_factor_at=AT)
    other = replace(other, id=new_identifier("ses", AT))
    await change(rooms, lambda writer: writer.add_session(other, b"o" * 32))
    invited = await inviting(rooms)(ada, "mia@post.example")
    accept, shown = AcceptInvitation(rooms, TOKEN_SECRETS, proven=True), invited.link.partition("token=")[2]
    outcomes = await at_once(*(partial(accept, shown, session=who, at=AT) for who in (mia, other)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvitationOver", "Role"]
    acts = await ListStaff(rooms)(at=AT)
    assert [act.kind for act in acts.acts].count("staff.joined") == 1


async def test_an_invitation_is_accepted_or_taken_back_and_never_both(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    accept, undo = AcceptInvitation(rooms, TOKEN_SECRETS, proven=True), UndoInvitation(rooms)
    for number in range(ROUNDS):
        mia = await an_employee(rooms, f"mia{number}@post.example", None)
        invited = await inviting(rooms)(ada, f"mia{number}@post.example")
        accepted, undone = await at_once(
            partial(accept, invited.link.partition("token=")[2], session=mia, at=AT),
            partial(undo, invited.invitation.id, session=ada, at=AT),
        )
        assert undone is None
        joined = f"mia{number}@post.example" in await roles(rooms)
        assert joined == (accepted is Role.SUPPORT)
        assert joined or isinstance(accepted, InvitationOver)


async def test_an_invitation_by_who_is_removed_at_the_same_moment_lets_nobody_in_afterwards(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    accept, remove = AcceptInvitation(rooms, TOKEN_SECRETS, proven=True), ChangeRole(rooms).remove
    for number in range(ROUNDS):
        bob = await an_employee(rooms, f"bob{number}@harbor.example")
        mia = await an_employee(rooms, f"mia{number}@post.example", None)
        invited = await inviting(rooms)(bob, f"mia{number}@post.example", Role.OWNER)
        shown = invited.link.partition("token=")[2]
        removed, accepted = await at_once(
            partial(remove, bob.account_id, session=ada, at=AT), partial(accept, shown, session=mia, at=AT)
        )
        assert removed is None
        assert accepted is Role.OWNER or isinstance(accepted, InvitationOver)
        with pytest.raises(InvitationOver):
            await accept(shown, session=mia, at=AT)


async def test_a_session_that_was_ended_accepts_nothing(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    mia = await an_employee(rooms, "mia@post.example", None)
    invited = await inviting(rooms)(ada, "mia@post.example")
    await change(rooms, lambda writer: writer.remove_sessions_of(mia.account_id))
    with pytest.raises(SignInRequired):
        await AcceptInvitation(rooms, TOKEN_SECRETS, proven=True)(
            invited.link.partition("token=")[2], session=mia, at=AT
        )
    assert len(await read(rooms, lambda reader: reader.invitations())) == 1


async def test_whoever_else_is_in_the_account_does_not_join_with_its_owner(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    mia = await an_employee(rooms, "mia@post.example", None)
    stolen = replace(mia, id=new_identifier("ses", AT))  # with both factors, from before she was asked
    await change(rooms, lambda writer: writer.add_session(stolen, b"s" * 32))
    invited = await inviting(rooms)(ada, "mia@post.example")
    accept, shown = AcceptInvitation(rooms, TOKEN_SECRETS, proven=True), invited.link.partition("token=")[2]
    assert await accept(shown, session=mia, at=AT) is Role.SUPPORT
    assert await session_ids(rooms, mia.account_id) == [mia.id]


# Setting a second factor up


def setting_up(rooms):
    return SetUpSecondFactor(rooms, TOKEN_SECRETS, SecondFactorLimits(MemoryBudgets()), None)


async def test_of_two_who_set_up_at_once_one_is_let_in(rooms, database):
    ada = await an_employee(rooms, "ada@harbor.example")
    set_up, half = setting_up(rooms), HalfSession(account_id=ada.account_id, at=AT)
    shown, account = await set_up.begin(half, at=AT)
    assert await set_up.begin(half, at=AT) == (shown, account)
    assert account.shown == "ada@harbor.example"
    code = code_of(shown)
    confirm = partial(set_up.confirm, half, code, Arrival(address=HERE), at=AT)
    outcomes = await at_once(confirm, confirm)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["HalfSessionEnded", "SetUp"]
    [done] = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert done.opened.session.second_factor_at == AT
    assert len(done.codes) == 10
    async with database.reading() as session:
        kept = await session.fetch(
            Statement(select(sessions.c.id).where(sessions.c.second_factor_at.is_not(None)))
        )
    assert {row.id for row in kept} == {ada.id, done.opened.session.id}
    assert await set_up.step(half, at=AT) is SecondStep.CODE
    with pytest.raises(HalfSessionEnded):
        await set_up.begin(half, at=AT)


async def test_nobody_turns_on_what_somebody_else_who_knows_the_password_was_shown(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    set_up, hers = setting_up(rooms), HalfSession(account_id=ada.account_id, at=AT)
    thiefs = replace(hers, at=AT + SECOND)
    await set_up.begin(hers, at=AT)
    seen, _ = await set_up.begin(thiefs, at=AT + SECOND)
    with pytest.raises(SecondFactorOff):
        await set_up.confirm(hers, code_of(seen), Arrival(address=HERE), at=AT + SECOND)
    shown, _ = await set_up.begin(hers, at=AT + SECOND)
    assert shown.secret != seen.secret
    await set_up.confirm(hers, code_of(shown), Arrival(address=HERE), at=AT + SECOND)
    kept = await read(rooms, lambda reader: reader.authenticator(ada.account_id))
    assert (kept.is_on, kept.secret) == (True, shown.secret)


async def test_nothing_is_set_up_for_who_does_not_work_here_or_is_gone(rooms):
    mia = await an_employee(rooms, "mia@post.example", None)
    set_up = setting_up(rooms)
    for account_id in (mia.account_id, "acc_nobody"):
        half = HalfSession(account_id=account_id, at=AT)
        for act in (
            set_up.step(half, at=AT),
            set_up.begin(half, at=AT),
            set_up.confirm(half, "000000", Arrival(address=HERE), at=AT),
        ):
            with pytest.raises(HalfSessionEnded):
                await act


async def test_where_passkeys_are_for_no_name_none_is_asked_for_and_none_taken(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    set_up, half = setting_up(rooms), HalfSession(account_id=ada.account_id, at=AT)
    assert await set_up.ask_passkey(half, "holder", at=AT) is None
    with pytest.raises(PasskeyRefused):
        await set_up.add_passkey(half, None, "name", Arrival(address=HERE), at=AT)


async def test_a_changed_password_ends_setting_up(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    set_up, half = setting_up(rooms), HalfSession(account_id=ada.account_id, at=AT)
    await set_up.begin(half, at=AT)
    await change(rooms, lambda writer: writer.save_password(ada.account_id, "new", at=AT + SECOND))
    with pytest.raises(HalfSessionEnded):
        await set_up.begin(half, at=AT + SECOND)


async def test_who_came_by_an_identity_that_was_removed_sets_nothing_up_and_sees_no_secret(rooms, database):
    ada = await an_employee(rooms, "ada@harbor.example")
    account = await read(rooms, lambda reader: reader.account(ada.account_id))
    identities, identity = StoredIdentities(database, Outbox(SECRETS)), an_identity_of(account)
    half = HalfSession(account_id=account.id, at=AT, method="federated:microsoft", identity_id=identity.id)
    await change(identities, lambda writer: writer.add_identity(identity))
    set_up = setting_up(rooms)
    shown, _ = await set_up.begin(half, at=AT)
    await change(identities, lambda writer: writer.remove_identity(identity.id, keep=""))
    with pytest.raises(HalfSessionEnded):
        await set_up.begin(half, at=AT)
    with pytest.raises(HalfSessionEnded):
        await set_up.confirm(half, code_of(shown), Arrival(address=HERE), at=AT)
    assert not (await read(rooms, lambda reader: reader.authenticator(account.id))).is_on


async def test_a_code_counts_only_once_a_secret_was_shown(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    half = HalfSession(account_id=ada.account_id, at=AT)
    with pytest.raises(SecondFactorOff):
        await setting_up(rooms).confirm(half, "000000", Arrival(address=HERE), at=AT)


async def test_who_has_no_address_can_be_removed_as_well(rooms):
    ada = await an_employee(rooms, "ada@harbor.example")
    account = replace(an_account(), email=None, name="Mia")

    async def add(writer):
        await writer.add_account(account)
        await writer.save_role(account.id, Role.VIEWER)

    await change(rooms, add)
    await ChangeRole(rooms).remove(account.id, session=ada, at=AT)
    assert await roles(rooms) == {"ada@harbor.example": "owner"}


async def test_however_many_invitations_ended_all_are_forgotten(rooms, monkeypatch):
    monkeypatch.setattr(forget_invitations, "AT_ONCE", 2)
    for number in range(5):
        invitation = an_invitation(f"{number}@post.example", token_hash=bytes([number]) * 32, ends_at=AT)
        await change(rooms, partial(_add, invitation))
    assert await ForgetInvitations(rooms)(at=AT) == 5


async def _add(invitation, writer):
    await writer.add_invitation(invitation)


def code_of(authenticator):
    from mooring.server.identity.domain.credentials.one_time_codes import code_of as shown
    from mooring.server.identity.domain.credentials.one_time_codes import step_at

    assert authenticator != new_authenticator(authenticator.account_id, at=AT)
    return shown(authenticator.secret, step_at(AT))


async def test_an_invitation_to_a_role_of_a_later_release_is_listed_and_undone(rooms):
    invitation = replace(an_invitation(), role="auditor")
    await change(rooms, lambda writer: writer.add_invitation(invitation))
    [listed] = await read(rooms, lambda reader: reader.invitations())
    assert (listed.role, listed.gives) == ("auditor", None)
    undone = await change(rooms, lambda writer: writer.remove_invitation(invitation.id))
    assert undone == invitation
