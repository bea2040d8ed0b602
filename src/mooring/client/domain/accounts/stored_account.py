"""What an installation remembers of the account that is signed in here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.client.domain.status import Account

if TYPE_CHECKING:
    from collections.abc import Mapping


class StoredAccount(NamedTuple):
    """A sign-in. The token is worth nothing without the installation's key, and is still a secret.

    Attributes:
        account: the account, masked.
        refresh_token: good once, for new tokens.
        jkt: thumbprint of the key that the token is bound to.
        session: tells this sign-in from another, here.
        agreed: the privacy choices that the account agreed to, as far as this computer knows: of what is
            optional, nothing else is sent.
    """

    account: Account
    refresh_token: str
    jkt: str
    session: str
    agreed: tuple[str, ...] = ()

    def to_document(self) -> dict[str, object]:
        """Return the sign-in as a JSON object."""
        return {
            "account": self.account._asdict(),
            "refresh_token": self.refresh_token,
            "jkt": self.jkt,
            "session": self.session,
            "agreed": list(self.agreed),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> StoredAccount:
        """Return the sign-in that ``document`` holds.

        Raises:
            ValueError: a member is missing or of another type.
        """
        account = document.get("account")
        account = account if isinstance(account, dict) else {}
        masked, provider = account.get("masked"), account.get("provider")
        token, jkt, session = (document.get(name) for name in ("refresh_token", "jkt", "session"))
        if not (
            isinstance(masked, str)
            and isinstance(provider, str | None)
            and isinstance(token, str)
            and isinstance(jkt, str)
            and isinstance(session, str)
        ):
            raise ValueError("the stored account has a member of the wrong type")  # noqa: TRY004 - a fault of the file
        return cls(Account(masked, provider), token, jkt, session, _names(document.get("agreed")))

    def __repr__(self) -> str:
        return f"<StoredAccount {self.account.masked}>"


def _names(agreed: object) -> tuple[str, ...]:
    """Return the names in a list that earlier versions did not write; anything else agrees to nothing."""
    return tuple(each for each in agreed if isinstance(each, str)) if isinstance(agreed, list) else ()
