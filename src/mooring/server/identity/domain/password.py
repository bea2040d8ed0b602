"""Passwords: how what is typed becomes what is compared, and which ones are good enough."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mooring.server.identity.domain.email_address import EmailAddress

SHORTEST = 8
LONGEST = 256
"""Characters. Longer is refused: hashing must not become work that a stranger can order."""

Unfit = Literal["empty", "short", "long", "common", "like_email"]

_COMMON = frozenset(
    """
    12345678 123456789 1234567890 87654321 11111111 00000000 123123123 12341234 11223344 1q2w3e4r 1qaz2wsx
    1q2w3e4r5t abcd1234 abc12345 a1b2c3d4 asdfghjkl asdf1234 baseball basketball computer corvette dragon123
    football football1 iloveyou iloveyou1 jennifer letmein1 liverpool master123 michelle mustang1 passw0rd
    password password1 password12 password123 princess princess1 qazwsxedc qwer1234 qwerty12 qwerty123
    qwertyui qwertyuiop qwertz123 starwars sunshine superman superman1 trustno1 welcome1 welcome123 whatever
    zaq12wsx zxcvbnm1
    """.split()  # noqa: SIM905 - quoted words would be harder to read
)


class PasswordUnfit(Exception):
    """The password cannot be used; ``why`` tells the person what to do about it."""

    def __init__(self, why: Unfit) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Password:
    """A password, in the one form that is hashed; it never shows in a ``repr``."""

    text: str = field(repr=False)

    def check_fit(self, email: EmailAddress) -> None:
        """Return only if the account of ``email`` may begin to use this password (NIST SP 800-63B, 3.1.1.2).

        Raises:
            PasswordUnfit: It is too short, among the first that are tried, or like the address.
        """
        if len(self.text) < SHORTEST:
            raise PasswordUnfit("short")
        folded = self.text.casefold()
        if folded in _COMMON or len(set(folded)) == 1:
            raise PasswordUnfit("common")
        if folded in {email.key, email.key.partition("@")[0]}:
            raise PasswordUnfit("like_email")


def parse_password(text: str) -> Password:
    """Return ``text`` as a password, in the same form on every keyboard (RFC 8265, OpaqueString).

    Raises:
        PasswordUnfit: Nothing was typed, or far too much.
    """
    if not text:
        raise PasswordUnfit("empty")
    if len(text) > LONGEST:
        raise PasswordUnfit("long")
    plain = "".join(" " if unicodedata.category(symbol) == "Zs" else symbol for symbol in text)
    return Password(unicodedata.normalize("NFC", plain))
