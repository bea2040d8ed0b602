"""Claiming a license into the account by its key alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.client.domain.accounts.mine import MyLicense, read_answer

if TYPE_CHECKING:
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.accounts.account_access import AccountAccess
    from mooring.core.product_key.key import ProductKey


class ClaimLicense:
    """Makes the signed-in account the holder of a license that no computer uses."""

    def __init__(self, *, access: AccountAccess) -> None:
        self._access = access

    def __call__(self, product_key: ProductKey, *, deadline: Deadline) -> MyLicense:
        """Return the license.

        Raises:
            Refused: the server said no; ``sign_in_required`` where nobody is signed in.
            ServerUnreachable: there was no sensible answer in time.
        """
        body = {"product_key": product_key.formatted()}
        answer = self._access.ask("POST", "/v1/me/claims", body, deadline=deadline)
        return read_answer(answer, MyLicense.read)
