"""Sign in with a passkey: the device says who it is, nobody types anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mooring.server.identity.domain.credentials.passkey import PasskeyRefused
from mooring.server.identity.use_cases.accounts.open_session import open_session
from mooring.server.identity.use_cases.passkeys.messages import AskedPasskey

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import AccountId
    from mooring.server.identity.domain.credentials.passkey import Passkey
    from mooring.server.identity.ports.credentials import Credentials, CredentialWriter
    from mooring.server.identity.ports.passkey_ceremonies import PasskeyCeremonies, PasskeyUse
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession
    from mooring.server.identity.use_cases.passkeys.challenges import Challenges
    from mooring.server.identity.use_cases.passkeys.messages import ShownPasskey

PASSKEY: Final = "passkey"
"""The method of a session that a passkey opened."""


class SignInWithPasskey:
    """Opens sessions for passkeys whose owner the device verified: that is two factors in one act."""

    def __init__(
        self,
        credentials: Credentials,
        ceremonies: PasskeyCeremonies,
        challenges: Challenges,
        secrets: TokenSecrets,
    ) -> None:
        self._credentials = credentials
        self._ceremonies = ceremonies
        self._challenges = challenges
        self._secrets = secrets

    async def ask(self, holder: str, *, of_account: AccountId | None = None, at: datetime) -> AskedPasskey:
        """Return what the browser that holds ``holder`` is asked for: any passkey, or one ``of_account``."""
        known: list[Passkey] = []
        if of_account is not None:
            async with self._credentials.reading() as reader:
                known = list(await reader.passkeys_of(of_account))
        challenge, carried = self._challenges.give("use", holder, at=at)
        return AskedPasskey(self._ceremonies.request_options(challenge, of=known), carried)

    async def __call__(
        self,
        shown: ShownPasskey,
        arrival: Arrival,
        *,
        of_account: AccountId | None = None,
        at: datetime,
    ) -> OpenedSession:
        """Return the session that the passkey opened: any account's, or only one ``of_account``.

        Raises:
            PasskeyRefused: No passkey of ours signed what this browser was asked for.
        """
        async with self._challenges.taken(shown.carried, "use", shown.holder, at=at) as challenge:
            claim = self._ceremonies.read_claim(shown.answer)
            async with self._credentials.reading() as reader:
                known = await reader.passkey(claim.credential_id)
            if known is None:
                raise PasskeyRefused("nobody here has this passkey")
            # The device names the account that it thinks it opens (WebAuthn Level 3, 7.2, step 6).
            if claim.user_handle != known.account_id.encode():
                raise PasskeyRefused("the passkey names another account")
            if of_account not in {None, known.account_id}:
                raise PasskeyRefused("the passkey is another account's")
            use = self._ceremonies.check_use(shown.answer, challenge, known.public_key)
            async with self._credentials.changing() as writer:
                return await self._let_in(writer, known, use, arrival, at=at)

    async def _let_in(
        self,
        writer: CredentialWriter,
        known: Passkey,
        use: PasskeyUse,
        arrival: Arrival,
        *,
        at: datetime,
    ) -> OpenedSession:
        await writer.ways_in(known.account_id)  # nobody takes the account back until this is done
        passkey = await writer.passkey(known.credential_id)
        account = None if passkey is None else await writer.account(passkey.account_id)
        if passkey is None or account is None:
            raise PasskeyRefused("the passkey was removed just now")
        if passkey.goes_back(use.sign_count):
            # A sign, but no proof: some devices count badly. The owner is told; who has the key comes in.
            subjects = {"account": account.id, "passkey": passkey.id}
            counts = {"counted": passkey.sign_count, "shown": use.sign_count}
            await writer.record("account.possible_passkey_copy", subjects=subjects, at=at, detail=counts)
        await writer.save_passkey(passkey.used(sign_count=use.sign_count, backed_up=use.backed_up, at=at))
        return await open_session(
            writer, self._secrets, account, arrival, method=PASSKEY, second_factor_at=at, at=at
        )
