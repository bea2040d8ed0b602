"""An account is shown as its person knows it, and to others masked."""

import pytest

from mooring.server.identity.domain.account import Account
from mooring.server.identity.domain.email_address import parse_email_address
from tests.support.certificates import AT

EMAIL = parse_email_address("Mia@Outlook.example")
LOCAL = Account("acc_1", EMAIL, AT)
FEDERATED = Account("acc_1", None, AT, provider="microsoft", hint="mia@contoso.example", name="Mia")


@pytest.mark.parametrize(
    ("account", "masked", "shown"),
    [
        (LOCAL, "M•••@O•••.example", "Mia@Outlook.example"),
        (Account("acc_1", EMAIL, AT, hint="other"), "M•••@O•••.example", "Mia@Outlook.example"),
        (FEDERATED, "m•••@c•••.example", "mia@contoso.example"),
        (Account("acc_1", None, AT, provider="github", hint="octocat"), "o•••", "octocat"),
        (Account("acc_1", EMAIL, AT, provider="github", hint="octocat"), "o•••", "octocat"),
        (Account("acc_1", EMAIL, AT, provider="github"), "M•••@O•••.example", "Mia@Outlook.example"),
        (Account("acc_1", None, AT, provider="github", name="Mona"), "•••", "Mona"),
        (Account("acc_1", None, AT, provider="github"), "•••", ""),
    ],
)
def test_is_shown_as_the_person_signed_in(account, masked, shown):
    assert (account.masked, account.shown) == (masked, shown)


def test_its_browsers_are_known_by_its_address_or_else_by_itself():
    assert LOCAL.known_as == "mia@outlook.example"
    assert FEDERATED.known_as == "acc_1"
