"""Why a sign-in at a provider leads nowhere."""

from __future__ import annotations


class ProviderUnknown(Exception):
    """This server has no provider with this name."""


class ProviderUnavailable(Exception):
    """The provider cannot be reached now, or does not answer as its protocol asks; ``why`` is for the log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ProviderDeclined(Exception):
    """The provider, or the person there, said no; ``error`` is its word for why (RFC 6749, 4.1.2.1)."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class AnswerNotOurs(Exception):
    """What came back belongs to no sign-in that this browser began here, within ten minutes, and once.

    A stranger may have made the address that was opened, so as to sign the visitor in as somebody else.
    """


class TokenRefused(Exception):
    """What the provider says of the person is not believed; ``why`` names the rule, for the log and tests."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
