"""An account is shown as its person knows it, and to others masked."""

from dataclasses import replace

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
        (Account("acc_1", None, AT), "•••", ""),
        (FEDERATED, "Microsoft", "mia@contoso.example"),
        (Account("acc_1", None, AT, provider="github", hint="octocat"), "GitHub", "octocat"),
        (Account("acc_1", EMAIL, AT, provider="github", hint="octocat"), "GitHub", "octocat"),
        (Account("acc_1", EMAIL, AT, AT, provider="github", hint="octo"), "M•••@O•••.example", "octo"),
        (Account("acc_1", EMAIL, AT, AT, provider="github"), "M•••@O•••.example", "Mia@Outlook.example"),
        (Account("acc_1", None, AT, provider="harbor-id", name="Mona"), "Harbor Id", "Mona"),
    ],
)
def test_is_shown_as_the_person_signed_in(account, masked, shown):
    assert (account.masked, account.shown) == (masked, shown)


def test_nobody_is_shown_to_others_as_whom_a_provider_says_they_are():
    claimed = replace(FEDERATED, hint="ceo@bank.example", name="The CEO")
    assert claimed.masked == "Microsoft"
    unproven = replace(claimed, email=parse_email_address("ceo@bank.example"))
    assert unproven.masked == "Microsoft"


def test_its_browsers_are_known_by_its_address_or_else_by_itself():
    assert LOCAL.known_as == "mia@outlook.example"
    assert FEDERATED.known_as == "acc_1"
