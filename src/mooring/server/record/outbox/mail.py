"""A mail: its kind, who gets it, and what it tells. No sentence: those are found when it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

MailKind = Literal[
    "verify_address",
    "sign_up_again",
    "reset_password",
    "password_changed",
    "address_changed",
    "address_replaced",
    "address_put_back",
    "new_sign_in",
    "passkey_added",
    "passkey_removed",
    "second_factor_on",
    "second_factor_off",
    "recovery_code_used",
    "recovery_codes_made",
    "identity_added",
    "identity_removed",
    "handover_offered",
    "handover_told_giver",
    "handover_accepted",
    "handover_received",
    "handover_declined",
    "handover_undone",
    "handover_withdrawn",
    "handover_lapsed",
    "license_claim",
    "staff_invited",
    "test",
]

VALUES: Final[Mapping[MailKind, tuple[str, ...]]] = MappingProxyType(
    {
        "verify_address": ("code", "link"),
        "sign_up_again": ("link",),
        "reset_password": ("link",),
        "password_changed": (),
        "address_changed": ("new_masked",),  # to the new address, and to an old one that nobody had proven
        "address_replaced": ("new_masked", "link"),  # to the old one: it can be put back
        "address_put_back": ("masked",),  # to the one that the account had meanwhile; the one it has again
        "new_sign_in": ("when", "where", "browser"),
        "passkey_added": ("name",),
        "passkey_removed": ("name",),
        "second_factor_on": (),
        "second_factor_off": (),
        "recovery_code_used": ("left",),
        "recovery_codes_made": (),
        "identity_added": ("provider",),  # its name as people know it: Microsoft
        "identity_removed": ("provider",),
        "handover_offered": ("license", "from", "link", "until"),  # license: the product's name
        "handover_told_giver": ("license", "to", "link", "until"),
        "handover_accepted": ("license", "to"),  # to the giver
        "handover_received": ("license", "from"),  # to whoever it was offered to, who holds it now
        "handover_declined": ("license", "to"),  # to the giver
        "handover_undone": ("license", "from"),  # to whom it was offered
        "handover_withdrawn": ("license", "to"),  # to the giver, who took their account back
        "handover_lapsed": ("license", "to"),  # to the giver
        "license_claim": ("product", "link"),
        "staff_invited": ("role", "link"),
        "test": (),
    }
)
"""What each kind of mail tells, and always tells; ``when`` and ``until`` are times, ``left`` is a number."""

Value = str | int | datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person.

    Attributes:
        kind: What it is about.
        to: The address it goes to.
        language: The language of its reader, one of those that the server speaks.
        values: What it tells; see ``VALUES``. Codes and links are secrets, and are kept as such.
        good_until: When it is of no more use, such as that of the code in it; it is not sent after that.
            None: it is tried for three days.
    """

    kind: MailKind
    to: str = field(repr=False)
    language: str = "en"
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    good_until: datetime | None = None

    def __post_init__(self) -> None:
        """Hold the mail to its kind.

        Raises:
            ValueError: There is no such kind, or it does not tell just this.
        """
        if self.kind not in get_args(MailKind):
            raise ValueError(f"there is no mail of the kind {self.kind!r}")
        if self.values.keys() != set(VALUES[self.kind]):
            raise ValueError(f"a mail {self.kind!r} tells {VALUES[self.kind]}, not {tuple(self.values)}")
