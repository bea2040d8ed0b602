"""What each role may do, and who may change roles."""

import itertools

import pytest

from mooring.core.identifiers import AccountId
from mooring.server.identity.domain.staff.changes import LastOwner, NotPermitted, check_may, check_owner_left
from mooring.server.identity.domain.staff.roles import Permission, Role, RoleUnknown, parse_role, role_of

ADA, BOB = AccountId("acc_a"), AccountId("acc_b")


def test_each_role_may_what_the_one_below_may_and_more():
    may = {role: [permission.value for permission in Permission if role.may(permission)] for role in Role}
    assert may == {
        Role.OWNER: ["see", "help", "catalog", "staff"],
        Role.ADMIN: ["see", "help", "catalog"],
        Role.SUPPORT: ["see", "help"],
        Role.VIEWER: ["see"],
    }
    for higher, lower in itertools.pairwise(Role):
        assert higher.permissions > lower.permissions


def test_nobody_raises_themselves():
    """Whoever may decide about roles has every permission already: there is nothing to raise oneself to."""
    for role in Role:
        if role.may(Permission.STAFF):
            assert role.permissions == frozenset(Permission)


@pytest.mark.parametrize("role", ["owner", "admin", "support", "viewer"])
def test_a_role_is_read_by_its_name(role):
    assert parse_role(role).value == role
    assert role_of(role) is parse_role(role)


@pytest.mark.parametrize("text", ["", "Owner", "boss", "none", "owner "])
def test_what_is_no_role_is_none(text):
    with pytest.raises(RoleUnknown):
        parse_role(text)
    assert role_of(text) is None


def test_a_customer_has_no_role():
    assert role_of(None) is None


@pytest.mark.parametrize("permission", Permission)
def test_who_has_no_role_may_nothing(permission):
    with pytest.raises(NotPermitted):
        check_may(None, permission)


def test_only_what_a_role_includes_is_permitted():
    check_may(Role.OWNER, Permission.STAFF)
    check_may(Role.SUPPORT, Permission.HELP)
    for role, permission in ((Role.ADMIN, Permission.STAFF), (Role.SUPPORT, Permission.CATALOG)):
        with pytest.raises(NotPermitted):
            check_may(role, permission)


@pytest.mark.parametrize("to", [None, Role.ADMIN, Role.SUPPORT, Role.VIEWER])
def test_the_last_owner_stays(to):
    with pytest.raises(LastOwner):
        check_owner_left(ADA, to, [ADA])


@pytest.mark.parametrize(
    ("to", "owners"), [(Role.OWNER, [ADA]), (None, [ADA, BOB]), (Role.VIEWER, [BOB]), (None, [])]
)
def test_others_may_go(to, owners):
    check_owner_left(ADA, to, owners)
