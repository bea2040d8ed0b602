"""E-mail addresses: what a person types, and the one form by which their account is found."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LONGEST = 254
"""Characters of a whole address (RFC 5321, 4.5.3.1, less the angle brackets)."""
_LONGEST_LOCAL = 64
_LONGEST_LABEL = 63
_NOT_IN_LOCAL = frozenset('"(),:;<>[\\]')  # a quoted local part would open the door to look-alikes
HIDDEN = "•••"
"""Stands for what others need not see."""


class EmailMalformed(Exception):
    """The text is not an e-mail address."""


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address.

    Attributes:
        text: As it was typed, in compatibility form. Mail goes here, never to what somebody types later:
            two mailboxes may share one ``key``.
        key: The form by which it is found: case and look-alike forms folded.
    """

    text: str
    key: str

    @property
    def masked(self) -> str:
        """The address as others may see it: ``m•••@o•••.example``."""
        local, _, domain = self.text.partition("@")
        return f"{local[0]}{HIDDEN}@{domain[0]}{HIDDEN}.{domain.rpartition('.')[2]}"


def parse_email_address(text: str) -> EmailAddress:
    """Return the address that ``text`` names, spaces around it ignored.

    Raises:
        EmailMalformed: It names none.
    """
    if len(text) > 2 * LONGEST:  # nothing long is folded
        raise EmailMalformed
    composed = unicodedata.normalize("NFKC", text.strip())
    address = EmailAddress(composed, _folded(composed))
    for form in (address.text, address.key):
        _check(form)
    return address


def _folded(text: str) -> str:
    """Return Unicode's compatibility caseless form (Unicode, D146): folding it again changes nothing."""
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def _check(text: str) -> None:
    local, at_sign, domain = text.partition("@")
    labels = domain.split(".")
    good = (
        at_sign
        and len(text) <= LONGEST
        and text.isprintable()  # nothing invisible, and nothing that turns the direction of writing
        and " " not in text
        and 0 < len(local) <= _LONGEST_LOCAL
        and _NOT_IN_LOCAL.isdisjoint(local)
        and len(labels) > 1
        and all(map(_is_label, labels))
    )
    if not good:
        raise EmailMalformed


def _is_label(label: str) -> bool:
    return (
        0 < len(label) <= _LONGEST_LABEL
        and label[0] != "-" != label[-1]
        and all(symbol == "-" or unicodedata.category(symbol)[0] in "LMN" for symbol in label)
    )
