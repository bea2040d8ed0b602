"""Set up a second factor: who works here and has none gets one before anything else opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.identifiers import new_identifier
from mooring.server.identity.domain.credentials.authenticator import (
    Authenticator,
    SecondFactorOff,
    new_authenticator,
)
from mooring.server.identity.domain.credentials.half_session import HalfSessionEnded
from mooring.server.identity.domain.credentials.passkey import (
    Passkey,
    PasskeyId,
    PasskeyRefused,
    parse_passkey_name,
)
from mooring.server.identity.domain.staff.second_step import SecondStep, second_step
from mooring.server.identity.ports.credentials import PasskeyTaken
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.accounts.open_session import open_session
from mooring.server.identity.use_cases.accounts.telling import tell_owner
from mooring.server.identity.use_cases.passkeys.messages import AskedPasskey
from mooring.server.identity.use_cases.second_factor.recovery_codes import give_recovery_codes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.credentials.half_session import HalfSession
    from mooring.server.identity.ports.credentials import CredentialReader, Credentials, CredentialWriter
    from mooring.server.identity.ports.passkey_ceremonies import NewPasskey, PasskeyCeremonies
    from mooring.server.identity.ports.token_secrets import TokenSecrets
    from mooring.server.identity.use_cases.accounts.messages import Arrival, OpenedSession
    from mooring.server.identity.use_cases.passkeys.challenges import Challenges
    from mooring.server.identity.use_cases.passkeys.messages import ShownPasskey
    from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits


class Begun(NamedTuple):
    """An authenticator to be taken into an app, and whose it will be."""

    authenticator: Authenticator
    account: Account


class SetUp(NamedTuple):
    """A second factor is set up: somebody is signed in, and their recovery codes are shown this once."""

    opened: OpenedSession
    codes: Sequence[str]


class PasskeySetUp(NamedTuple):
    """What passkeys need at a server that has a name for them."""

    ceremonies: PasskeyCeremonies
    challenges: Challenges


class SetUpSecondFactor:
    """Makes a half session of the staff a whole one, for a second factor that they have from then on.

    Only where there is none: who has one shows it. It is looked at again when it is kept, so that of two
    people who know the password one sets it up, and the other is asked for it.
    """

    def __init__(
        self,
        credentials: Credentials,
        secrets: TokenSecrets,
        limits: SecondFactorLimits,
        passkeys: PasskeySetUp | None,
    ) -> None:
        self._credentials = credentials
        self._secrets = secrets
        self._limits = limits
        self._passkeys = passkeys
        self._browsers = KnownBrowsers(secrets)

    async def step(self, half: HalfSession, *, at: datetime) -> SecondStep:
        """Return what is asked of who is in ``half``.

        Raises:
            HalfSessionEnded: It took too long, or the account is gone, or a customer's without an app.
        """
        half.check_live(at=at)
        async with self._credentials.reading() as reader:
            account = await reader.account(half.account_id)
            step = await _step(reader, half)
        if account is None or (account.staff_role is None and step is not SecondStep.CODE):
            raise HalfSessionEnded
        return step

    async def begin(self, half: HalfSession, *, at: datetime) -> Begun:
        """Return the authenticator that is shown to who is in ``half``, the same until it is confirmed.

        Raises:
            HalfSessionEnded: Nothing is to be set up, or not any more.
        """
        async with self._credentials.changing() as writer:
            account = await self._held(writer, half, at=at)
            known = await writer.authenticator(half.account_id)
            # Shown after another proof, somebody else may have seen it: also after a later one than this.
            if known is None or known.created_at != half.at:
                known = new_authenticator(half.account_id, at=half.at)
                await writer.save_authenticator(known)
            return Begun(known, account)

    async def confirm(self, half: HalfSession, typed: str, arrival: Arrival, *, at: datetime) -> SetUp:
        """Turn the authenticator on by the code that was typed, and let its owner in.

        Raises:
            HalfSessionEnded: Nothing is to be set up, or not any more.
            SecondFactorOff: None was shown after this proof, or another was after another since.
            SecondFactorWrong: The code is not the app's.
            BudgetSpent: There were too many wrong ones.
        """
        async with self._credentials.reading() as reader:
            account = await self._may_set_up(reader, half, at=at)
            browser = await self._browsers.recognize_owner(
                reader, account.id, arrival.known_browser, account.known_as, at=at
            )
        async with (
            self._limits.attempt(account.id, arrival.address, browser=browser, at=at),
            self._credentials.changing() as writer,
        ):
            account = await self._held(writer, half, at=at)
            authenticator = await writer.authenticator(account.id)
            if authenticator is None or authenticator.created_at != half.at:
                raise SecondFactorOff
            await writer.save_authenticator(authenticator.accept(typed, at=at))
            await writer.record("account.second_factor_on", subjects={"account": account.id}, at=at)
            await tell_owner(writer, account, "second_factor_on", at=at)
            codes = await give_recovery_codes(writer, self._secrets, account.id, at=at)
            return SetUp(await self._open(writer, account, half, arrival, at=at), codes)

    async def ask_passkey(self, half: HalfSession, holder: str, *, at: datetime) -> AskedPasskey | None:
        """Return what the browser that holds ``holder`` is asked for; none where there are no passkeys.

        Raises:
            HalfSessionEnded: Nothing is to be set up, or not any more.
        """
        if self._passkeys is None:
            return None
        async with self._credentials.reading() as reader:
            account = await self._may_set_up(reader, half, at=at)
        challenge, carried = self._passkeys.challenges.give("create", holder, at=at)
        options = self._passkeys.ceremonies.creation_options(
            challenge, user_handle=account.id.encode(), user_name=account.shown or account.id, exclude=()
        )
        return AskedPasskey(options, carried)

    async def add_passkey(
        self, half: HalfSession, shown: ShownPasskey, name: str, arrival: Arrival, *, at: datetime
    ) -> OpenedSession:
        """Keep the passkey that was made, called as somebody typed, and let its owner in.

        Raises:
            HalfSessionEnded: Nothing is to be set up, or not any more.
            PasskeyNameUnfit: The name is none.
            PasskeyRefused: Nothing was made for us here and now, or it is known already.
        """
        if self._passkeys is None:
            raise PasskeyRefused("there are no passkeys at this address")
        called = parse_passkey_name(name)
        taken = self._passkeys.challenges.taken(shown.carried, "create", shown.holder, at=at)
        async with taken as challenge:
            made = self._passkeys.ceremonies.check_creation(shown.answer, challenge)
            try:
                async with self._credentials.changing() as writer:
                    account = await self._held(writer, half, at=at)
                    passkey = _passkey(made, account, called, at=at)
                    await writer.add_passkey(passkey)
                    subjects = {"account": account.id, "passkey": passkey.id}
                    await writer.record("account.passkey_added", subjects=subjects, at=at)
                    await tell_owner(writer, account, "passkey_added", at=at, name=passkey.name)
                    return await self._open(writer, account, half, arrival, at=at)
            except PasskeyTaken:
                raise PasskeyRefused("this passkey is known already") from None

    async def _held(self, writer: CredentialWriter, half: HalfSession, *, at: datetime) -> Account:
        """Return the account in ``half``, which nobody else changes until the block ends."""
        await writer.ways_in(half.account_id)
        return await self._may_set_up(writer, half, at=at)

    async def _may_set_up(self, reader: CredentialReader, half: HalfSession, *, at: datetime) -> Account:
        half.check_live(at=at)
        password = await reader.password_of(half.account_id)
        half.check_password(None if password is None else password.changed_at)
        account = await reader.account(half.account_id, signed_in_by=half.identity_id)
        step = await _step(reader, half)
        if account is None or account.staff_role is None or step is not SecondStep.SET_UP:
            raise HalfSessionEnded
        half.check_identity(account)
        return account

    async def _open(
        self, writer: CredentialWriter, account: Account, half: HalfSession, arrival: Arrival, *, at: datetime
    ) -> OpenedSession:
        return await open_session(
            writer,
            self._secrets,
            account,
            arrival,
            method=half.method,
            identity_id=half.identity_id,
            provider_session=half.provider_session,
            second_factor_at=at,
            at=at,
        )


async def _step(reader: CredentialReader, half: HalfSession) -> SecondStep:
    authenticator = await reader.authenticator(half.account_id)
    passkeys = await reader.passkeys_of(half.account_id)
    is_on = authenticator is not None and authenticator.is_on
    return second_step(authenticator=is_on, passkeys=len(passkeys))


def _passkey(made: NewPasskey, account: Account, name: str, *, at: datetime) -> Passkey:
    return Passkey(
        id=PasskeyId(new_identifier("psk", at)),
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        transports=made.transports,
        backed_up=made.backed_up,
        created_at=at,
    )
