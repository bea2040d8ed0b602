"""Who may accept an invitation, and until when; and when a session opens the console."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mooring.server.identity.domain.email_address import parse_email_address
from mooring.server.identity.domain.staff.admission import WORKDAY, opens_console
from mooring.server.identity.domain.staff.invitation import (
    LASTS,
    AddressUnproven,
    Invitation,
    InvitationForAnother,
    InvitationOver,
)
from mooring.server.identity.domain.staff.roles import Role
from mooring.server.identity.domain.staff.second_step import (
    LastSecondFactor,
    SecondStep,
    check_one_stays,
    second_step,
)
from tests.support.accounts import EMAIL, a_session, an_account
from tests.support.certificates import AT

SECOND = timedelta(seconds=1)
MIA = an_account(verified_at=AT)
INVITATION = Invitation(
    id="inv_1",
    token_hash=b"h" * 32,
    email=parse_email_address(EMAIL),
    role=Role.SUPPORT,
    invited_by="acc_a",
    created_at=AT,
    ends_at=AT + LASTS,
)


def test_lasts_seven_days():
    assert timedelta(days=7) == LASTS
    INVITATION.check_open(at=AT)
    INVITATION.check_open(at=AT + LASTS - SECOND)
    for at in (AT + LASTS, AT - SECOND):
        with pytest.raises(InvitationOver):
            INVITATION.check_open(at=at)


def test_never_shows_what_its_link_is_kept_as():
    assert "hhh" not in repr(INVITATION)


@pytest.mark.parametrize("proven", [True, False])
def test_is_for_the_owner_of_the_address_however_it_is_written(proven):
    INVITATION.check_for(MIA, proven=proven)
    replace(INVITATION, email=parse_email_address(EMAIL.upper())).check_for(MIA, proven=proven)


@pytest.mark.parametrize(
    "account", [an_account("tom@fabrikam.example", verified_at=AT), replace(MIA, email=None)]
)
def test_is_for_nobody_else(account):
    with pytest.raises(InvitationForAnother) as refused:
        INVITATION.check_for(account, proven=False)
    assert refused.value.masked == "m•••@o•••.example"


def test_is_for_who_has_proven_the_address_where_that_can_be():
    unproven = replace(MIA, verified_at=None)
    with pytest.raises(AddressUnproven):
        INVITATION.check_for(unproven, proven=True)
    INVITATION.check_for(unproven, proven=False)


def test_is_not_for_who_works_here():
    with pytest.raises(InvitationOver):
        INVITATION.check_for(replace(MIA, staff_role="viewer"), proven=True)


def test_a_session_opens_the_console_for_a_working_day():
    assert timedelta(hours=12) == WORKDAY
    session = a_session(MIA, second_factor_at=AT)
    assert opens_console(session, at=AT + WORKDAY - SECOND)
    assert not opens_console(session, at=AT + WORKDAY)
    later = replace(session, fresh_at=AT + timedelta(hours=1))
    assert opens_console(later, at=AT + WORKDAY)
    assert not opens_console(later, at=AT + WORKDAY + timedelta(hours=1))


def test_without_a_second_factor_a_session_never_opens_the_console():
    assert not opens_console(a_session(MIA, fresh_at=AT), at=AT)


@pytest.mark.parametrize(
    ("authenticator", "passkeys", "step"),
    [
        (True, 0, SecondStep.CODE),
        (True, 2, SecondStep.CODE),
        (False, 1, SecondStep.PASSKEY),
        (False, 0, SecondStep.SET_UP),
    ],
)
def test_what_there_is_is_asked_for_and_only_nothing_is_set_up(authenticator, passkeys, step):
    assert second_step(authenticator=authenticator, passkeys=passkeys) is step
    if step is not SecondStep.SET_UP:
        check_one_stays(authenticator=authenticator, passkeys=passkeys)


def test_one_stays():
    with pytest.raises(LastSecondFactor):
        check_one_stays(authenticator=False, passkeys=0)


def test_one_to_a_role_of_a_later_release_gives_nothing():
    later = replace(INVITATION, role="auditor")
    assert (later.gives, INVITATION.gives) == (None, Role.SUPPORT)
    assert INVITATION.check_open(at=AT) is Role.SUPPORT
    with pytest.raises(InvitationOver):
        later.check_open(at=AT)
