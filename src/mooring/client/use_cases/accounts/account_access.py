"""Speaking for the signed-in account: tokens kept fresh, under a lock, because each refresh is good once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mooring.client.domain.accounts.oauth import CLIENT, REVOKE, TOKEN, OAuthRefused, Tokens, read_tokens
from mooring.client.domain.errors import MooringError, Refused, ServerUnreachable
from mooring.client.use_cases.renew import BUSY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from mooring.client.domain.accounts.stored_account import StoredAccount
    from mooring.client.domain.deadline import Deadline
    from mooring.client.use_cases.ports import AccountStore, Clock, InstallationKeyStore, Network
    from mooring.core.jose.keys import SigningKey

T = TypeVar("T")

NOT_FOUND = "not_found"
SIGN_IN_REQUIRED = "sign_in_required"
_EARLY_SECONDS = 30
"""A token this near to its end is not used any more: it has to last until it arrives."""


@contextmanager
def of_the_account(**named: str) -> Iterator[None]:
    """Let a refusal say what the account does not have: what was ``named``, such as ``device="dev_…"``.

    Raises:
        Refused: what the block raises; `not_found` with what was named.
    """
    try:
        yield
    except Refused as refused:
        if refused.code != NOT_FOUND:
            raise
        raise Refused(NOT_FOUND, named) from None


def agreed_here(accounts: AccountStore, keys: InstallationKeyStore) -> tuple[str, ...]:
    """Return the privacy choices that the signed-in account agreed to, as far as this computer knows.

    Asks nobody. Where nobody is signed in, nothing is agreed to.
    """
    account = accounts.load()
    return account.agreed if account is not None and account.jkt == keys.thumbprint() else ()


class _AccessToken(NamedTuple):
    text: str
    session: str
    good_until: Deadline

    def __repr__(self) -> str:
        return "<_AccessToken>"


class AccountAccess:
    """Sends requests for the account. The access token is in this object's memory alone."""

    def __init__(
        self, *, accounts: AccountStore, keys: InstallationKeyStore, network: Network, clock: Clock
    ) -> None:
        self._accounts = accounts
        self._keys = keys
        self._network = network
        self._clock = clock
        self._token: _AccessToken | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        deadline: Deadline,
        language: str | None = None,
    ) -> Mapping[str, object]:
        """Send a request for the account, and return the answer, where it matters in a person's ``language``.

        Raises:
            Refused: the server said no; ``sign_in_required`` also where nobody is signed in.
            ServerUnreachable: there was no sensible answer in time.
        """
        return self.speak(
            lambda key, token: self._network.ask(
                method, path, body, key=key, deadline=deadline, token=token, language=language
            ),
            deadline=deadline,
        )

    def speak(
        self, send: Callable[[SigningKey, str | None], T], *, deadline: Deadline, required: bool = True
    ) -> T:
        """Return what ``send`` answers when it is called with the key and a good access token.

        It is called a second time, with a fresh token, if the server does not take the first.

        Args:
            send: sends the request.
            deadline: of the whole operation.
            required: whether it makes no sense without an account; else, where nobody is signed in, ``send``
                is called without a token.
        """
        key = self._keys.load()
        token = None if key is None else self._good_token(key, deadline)
        if key is None or (token is None and required):
            raise Refused(SIGN_IN_REQUIRED)
        if token is None:
            return send(key, None)
        try:
            return send(key, token)
        except Refused as refused:
            if refused.code != SIGN_IN_REQUIRED:
                raise
        fresh = self._good_token(key, deadline, instead_of=token)
        if fresh is None and required:
            raise Refused(SIGN_IN_REQUIRED)
        return send(key, fresh)

    def begin(self, account: StoredAccount, tokens: Tokens, *, deadline: Deadline) -> None:
        """Keep a new sign-in; one that was there before is given up.

        Raises:
            ServerUnreachable: another program was using the earlier one all the time.
        """
        with self._accounts.lock(seconds=deadline.remaining) as mine:
            if not mine:
                raise ServerUnreachable(BUSY)
            earlier = self._accounts.load()
            self._keep(account, tokens)
        if earlier is not None:
            self._revoke(earlier, deadline)

    def end(self, *, deadline: Deadline) -> bool:
        """Forget the sign-in, here in any case; return whether the server was told as well."""
        with self._accounts.lock(seconds=deadline.remaining):
            account, self._token = self._accounts.load(), None
            self._accounts.forget()
        return account is None or self._revoke(account, deadline)

    def agreed(self) -> tuple[str, ...]:
        """Return the privacy choices that the signed-in account agreed to, as far as this computer knows."""
        return agreed_here(self._accounts, self._keys)

    def remember_agreed(self, names: Collection[str], *, deadline: Deadline) -> None:
        """Remember what the account agreed to, which was just asked; not if another has signed in since."""
        with self._accounts.lock(seconds=deadline.remaining) as mine:
            account = self._accounts.load()
            if not mine or account is None or self._token is None or account.session != self._token.session:
                return
            if set(account.agreed) != set(names):
                self._accounts.save(account._replace(agreed=tuple(names)))

    def _good_token(
        self, key: SigningKey, deadline: Deadline, *, instead_of: str | None = None
    ) -> str | None:
        with self._accounts.lock(seconds=deadline.remaining) as mine:
            if not mine:
                raise ServerUnreachable(BUSY)
            account, held = self._accounts.load(), self._token
            if account is None or account.jkt != key.public.thumbprint:
                return None
            good = held is not None and held.session == account.session and not held.good_until.passed
            if held is not None and good and held.text != instead_of:
                return held.text
            return self._refreshed(account, key, deadline)

    def _refreshed(self, account: StoredAccount, key: SigningKey, deadline: Deadline) -> str | None:
        form = {
            "grant_type": "refresh_token",
            "client_id": CLIENT,
            "refresh_token": account.refresh_token,
        }
        try:
            tokens = read_tokens(self._network.submit(TOKEN, form, key=key, deadline=deadline))
        except OAuthRefused as refused:
            if refused.error != "invalid_grant":
                raise ServerUnreachable("it does not refresh the sign-in") from None
            self._accounts.forget()  # it ended there: by its time, by its owner, or because it was stolen
            self._token = None
            return None
        return self._keep(account._replace(account=tokens.account), tokens)

    def _keep(self, account: StoredAccount, tokens: Tokens) -> str:
        self._accounts.save(account._replace(refresh_token=tokens.refresh_token))
        good_until = self._clock.deadline(max(0, tokens.seconds - _EARLY_SECONDS))
        self._token = _AccessToken(tokens.access_token, account.session, good_until)
        return tokens.access_token

    def _revoke(self, account: StoredAccount, deadline: Deadline) -> bool:
        key = self._keys.load()
        if key is None or account.jkt != key.public.thumbprint:
            return False
        form = {"token": account.refresh_token, "token_type_hint": "refresh_token", "client_id": CLIENT}
        try:
            self._network.submit(REVOKE, form, key=key, deadline=deadline)
        except (MooringError, OAuthRefused):
            return False
        return True
