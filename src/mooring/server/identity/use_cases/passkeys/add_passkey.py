"""Add a passkey: the person's device makes a key pair, and we keep the public half."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import new_identifier
from mooring.server.identity.domain.credentials.passkey import (
    MOST,
    Passkey,
    PasskeyId,
    PasskeyRefused,
    TooManyPasskeys,
    parse_passkey_name,
)
from mooring.server.identity.domain.session import NotFresh
from mooring.server.identity.ports.credentials import PasskeyTaken
from mooring.server.identity.use_cases.accounts.still_signed_in import hold_account
from mooring.server.identity.use_cases.accounts.telling import tell_owner
from mooring.server.identity.use_cases.passkeys.messages import AskedPasskey

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.identity.domain.account import Account
    from mooring.server.identity.domain.session import Session
    from mooring.server.identity.ports.credentials import Credentials
    from mooring.server.identity.ports.passkey_ceremonies import NewPasskey, PasskeyCeremonies
    from mooring.server.identity.use_cases.passkeys.challenges import Challenges
    from mooring.server.identity.use_cases.passkeys.messages import ShownPasskey


class AddPasskey:
    """Adds passkeys to the account of who proved just now who they are."""

    def __init__(
        self, credentials: Credentials, ceremonies: PasskeyCeremonies, challenges: Challenges
    ) -> None:
        self._credentials = credentials
        self._ceremonies = ceremonies
        self._challenges = challenges

    async def ask(self, account: Account, holder: str, *, at: datetime) -> AskedPasskey:
        """Return what the browser that holds ``holder`` is asked for.

        Raises:
            TooManyPasskeys: The account has as many as it may.
        """
        async with self._credentials.reading() as reader:
            known = await reader.passkeys_of(account.id)
        if len(known) >= MOST:
            raise TooManyPasskeys
        challenge, carried = self._challenges.give("create", holder, at=at)
        options = self._ceremonies.creation_options(
            challenge, user_handle=account.id.encode(), user_name=account.shown or account.id, exclude=known
        )
        return AskedPasskey(options, carried)

    async def __call__(self, shown: ShownPasskey, name: str, *, session: Session, at: datetime) -> Passkey:
        """Return the new passkey of the account in ``session``, called as somebody typed.

        Raises:
            NotFresh: Who is signed in must prove again who they are.
            PasskeyNameUnfit: The name is none.
            PasskeyRefused: Nothing was made for us here and now, or it is known already.
            TooManyPasskeys: The account has as many as it may.
            SignInRequired: The session was ended meanwhile.
        """
        if not session.is_fresh(at=at):
            raise NotFresh
        called = parse_passkey_name(name)
        async with self._challenges.taken(shown.carried, "create", shown.holder, at=at) as challenge:
            made = self._ceremonies.check_creation(shown.answer, challenge)
            try:
                return await self._keep(made, called, session, at=at)
            except PasskeyTaken:
                raise PasskeyRefused("this passkey is known already") from None

    async def _keep(self, made: NewPasskey, name: str, session: Session, *, at: datetime) -> Passkey:
        passkey = Passkey(
            id=PasskeyId(new_identifier("psk", at)),
            account_id=session.account_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=name,
            transports=made.transports,
            backed_up=made.backed_up,
            created_at=at,
        )
        async with self._credentials.changing() as writer:
            account, ways = await hold_account(writer, session)
            if ways.passkeys >= MOST:
                raise TooManyPasskeys
            await writer.add_passkey(passkey)
            subjects = {"account": account.id, "passkey": passkey.id}
            await writer.record("account.passkey_added", subjects=subjects, at=at)
            await tell_owner(writer, account, "passkey_added", at=at, name=passkey.name)
        return passkey
