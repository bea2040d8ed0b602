"""Composing: which function says what a kind of mail says."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mooring.server.delivery.mail.sentences import account, licenses, staff, ways_in
from mooring.server.delivery.mail.sentences.letter import Letter, Matter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mooring.server.record.outbox.mail import Value

_SAYING: Final[Mapping[str, Callable[[Matter], Letter]]] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            account.verify_address,
            account.sign_up_again,
            account.reset_password,
            account.password_changed,
            account.address_changed,
            account.address_replaced,
            account.address_put_back,
            account.new_sign_in,
            ways_in.passkey_added,
            ways_in.passkey_removed,
            ways_in.second_factor_on,
            ways_in.second_factor_off,
            ways_in.recovery_code_used,
            ways_in.recovery_codes_made,
            ways_in.identity_added,
            ways_in.identity_removed,
            licenses.handover_offered,
            licenses.handover_told_giver,
            licenses.handover_accepted,
            licenses.handover_received,
            licenses.handover_declined,
            licenses.handover_undone,
            licenses.handover_withdrawn,
            licenses.handover_lapsed,
            licenses.license_claim,
            staff.staff_invited,
            staff.test,
        )
    }
)


def compose(kind: str, language: str, values: Mapping[str, Value], site: str) -> Letter:
    """Return what a mail of this ``kind`` says in ``language``, from the server at ``site``."""
    return _SAYING[kind](Matter(language, values, site))
