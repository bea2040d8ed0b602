"""What an installation remembers of the account that is signed in: whole, or not at all."""

import pytest

from mooring.client.domain.accounts.stored_account import StoredAccount
from mooring.client.domain.status import Account

DOCUMENT = {
    "account": {"masked": "m•••@o•••.example", "provider": "local"},
    "refresh_token": "a secret",
    "jkt": "a thumbprint",
    "session": "a session",
    "agreed": ["device_name"],
}


def stored():
    return StoredAccount(
        Account("m•••@o•••.example", "local"), "a secret", "a thumbprint", "a session", ("device_name",)
    )


def test_is_stored_and_read_back():
    assert stored().to_document() == DOCUMENT
    assert StoredAccount.from_document(DOCUMENT) == stored()


def test_an_account_may_live_nowhere_that_is_told():
    read = StoredAccount.from_document(DOCUMENT | {"account": {"masked": "m•••"}})
    assert read.account == Account("m•••", None)


@pytest.mark.parametrize(
    "change",
    [
        {"account": None},
        {"account": "mia"},
        {"account": {"provider": "local"}},
        {"account": {"masked": 1, "provider": "local"}},
        {"account": {"masked": "m•••", "provider": 1}},
        {"refresh_token": None},
        {"refresh_token": 1},
        {"jkt": None},
        {"session": None},
    ],
)
def test_what_was_changed_is_no_sign_in(change):
    with pytest.raises(ValueError, match=r"^the stored account has a member of the wrong type$"):
        StoredAccount.from_document(DOCUMENT | change)


@pytest.mark.parametrize("agreed", [None, "device_name", {"device_name": True}, [1, None], []])
def test_what_names_no_choice_agrees_to_nothing(agreed):
    assert StoredAccount.from_document(DOCUMENT | {"agreed": agreed}).agreed == ()


def test_a_sign_in_that_an_earlier_version_stored_agrees_to_nothing():
    document = {name: value for name, value in DOCUMENT.items() if name != "agreed"}
    assert StoredAccount.from_document(document).agreed == ()


@pytest.mark.parametrize("name", [name for name in DOCUMENT if name != "agreed"])
def test_what_lacks_something_is_no_sign_in(name):
    with pytest.raises(ValueError, match="wrong type"):
        StoredAccount.from_document({key: value for key, value in DOCUMENT.items() if key != name})


def test_its_secret_is_not_shown():
    assert repr(stored()) == "<StoredAccount m•••@o•••.example>"
