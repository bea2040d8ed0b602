"""Looking after how one signs in, for tests: every use case of the security page on one real store."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from mooring.server.foundation.secrets import Secrets
from mooring.server.identity.domain.credentials.one_time_codes import code_of, step_at
from mooring.server.identity.integrations.passkeys import RelyingParty, WebAuthnPasskeys
from mooring.server.identity.storage.recovery import StoredRecoveries
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.use_cases.accounts.choose_language import ChooseLanguage
from mooring.server.identity.use_cases.accounts.limits import SignInLimits
from mooring.server.identity.use_cases.accounts.messages import Arrival
from mooring.server.identity.use_cases.passkeys.add_passkey import AddPasskey
from mooring.server.identity.use_cases.passkeys.challenges import Challenges
from mooring.server.identity.use_cases.passkeys.manage_passkeys import RemovePasskey, RenamePasskey
from mooring.server.identity.use_cases.passkeys.messages import ShownPasskey
from mooring.server.identity.use_cases.passkeys.sign_in_with_passkey import SignInWithPasskey
from mooring.server.identity.use_cases.passwords.change_password import ChangePassword
from mooring.server.identity.use_cases.passwords.read_proofs import ReadProofs
from mooring.server.identity.use_cases.passwords.remove_password import RemovePassword
from mooring.server.identity.use_cases.recovery.ask_reset import AskReset
from mooring.server.identity.use_cases.recovery.begin_sign_up import BeginSignUp
from mooring.server.identity.use_cases.recovery.finish_sign_up import FinishSignUp
from mooring.server.identity.use_cases.recovery.limits import MailLimits
from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
from mooring.server.identity.use_cases.recovery.messages import Wish
from mooring.server.identity.use_cases.recovery.prove_address import BeginProof, FinishProof
from mooring.server.identity.use_cases.recovery.reset_password import ResetPassword
from mooring.server.identity.use_cases.recovery.undo_change import UndoChange
from mooring.server.identity.use_cases.second_factor.authenticators import (
    AddAuthenticator,
    RemoveAuthenticator,
)
from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits
from mooring.server.identity.use_cases.second_factor.pass_second_factor import PassSecondFactor
from mooring.server.identity.use_cases.second_factor.recovery_codes import MakeRecoveryCodes
from mooring.server.identity.use_cases.sessions.end_sessions import EndOtherSessions, EndSession
from mooring.server.identity.use_cases.sessions.list_sessions import ListSessions
from mooring.server.record.outbox.writing import Outbox
from tests.support.accounts import EMAIL, HERE, TOKEN_SECRETS
from tests.support.certificates import AT
from tests.support.identity_server import IdentityServer
from tests.support.mailboxes import Mailboxes
from tests.support.passkeys import ORIGIN, SoftPasskey

SECRETS = Secrets(bytes(range(32)))
SEALED_TEXTS = ServerSealedTexts(SECRETS)
SITE = "https://licenses.example"
BROWSER = "what mia's browser holds"


class SecurityServer(IdentityServer):
    """The use cases, and short ways to do with them what people do."""

    def __init__(self, store):
        super().__init__(store)
        credentials, budgets = store.credentials, self.budgets
        self.mails = Mailboxes(store.database, SECRETS)
        codes, sign_in = SecondFactorLimits(budgets), SignInLimits(budgets)
        self.ceremonies = WebAuthnPasskeys(RelyingParty.at(ORIGIN))
        self.challenges = Challenges(SEALED_TEXTS, budgets)
        self.add_passkey_with = AddPasskey(credentials, self.ceremonies, self.challenges)
        self.enter_with = SignInWithPasskey(credentials, self.ceremonies, self.challenges, TOKEN_SECRETS)
        self.rename_passkey = RenamePasskey(credentials)
        self.remove_passkey = RemovePasskey(credentials)
        self.add_app = AddAuthenticator(credentials, TOKEN_SECRETS, codes)
        self.remove_app = RemoveAuthenticator(credentials)
        self.make_codes = MakeRecoveryCodes(credentials, TOKEN_SECRETS)
        self.pass_second_factor = PassSecondFactor(credentials, TOKEN_SECRETS, codes)
        self.change_password_with = ChangePassword(credentials, self.passwords, TOKEN_SECRETS, sign_in)
        self.remove_password = RemovePassword(credentials)
        self.read_proofs = ReadProofs(credentials)
        self.list_sessions = ListSessions(credentials)
        self.end_session = EndSession(credentials)
        self.end_other_sessions = EndOtherSessions(credentials)
        self.choose_language = ChooseLanguage(store.accounts)
        self.recoveries = StoredRecoveries(store.database, SECRETS, Outbox(SECRETS))
        self._recovery(self.recoveries, sign_in, codes)

    def _recovery(self, recoveries, sign_in, codes):
        desk, limits = MailDesk(TOKEN_SECRETS, SEALED_TEXTS, SITE), MailLimits(self.budgets)
        self.begin_sign_up = BeginSignUp(
            recoveries, self.passwords, TOKEN_SECRETS, desk, sign_in_limits=sign_in, limits=limits
        )
        self.finish_sign_up = FinishSignUp(recoveries, self.passwords, TOKEN_SECRETS, desk)
        self.begin_proof = BeginProof(recoveries, desk, limits)
        self.finish_proof = FinishProof(recoveries, desk)
        self.ask_reset = AskReset(recoveries, desk, limits)
        self.reset_password = ResetPassword(recoveries, self.passwords, TOKEN_SECRETS, desk, codes)
        self.undo_change = UndoChange(recoveries, desk)

    async def account(self, account_id):
        async with self.store.accounts.reading() as reader:
            return await reader.account(account_id)

    async def change(self, what, *arguments, **named):
        """Change what is kept, past the use cases."""
        async with self.store.credentials.changing() as writer:
            return await getattr(writer, what)(*arguments, **named)

    async def kept(self, what, *arguments):
        async with self.store.credentials.reading() as reader:
            return await getattr(reader, what)(*arguments)

    async def told(self, kind=None):
        """Return the kinds of the mails, but for those of sign-ins; or the mails of one ``kind``."""
        if kind is not None:
            return await self.mails.all(kind)
        return [each for each in await self.mails.kinds() if each != "new_sign_in"]

    async def latest(self, kind):
        """Return the latest mail of this kind."""
        return (await self.told(kind))[-1]

    async def asked_for_passkey(self, account, *, holder=BROWSER, at=AT):
        asked = await self.add_passkey_with.ask(account, holder, at=at)
        return json.loads(asked.options), asked.carried

    async def add_passkey(self, account, session, key=None, *, name="Mia's phone", at=AT):
        """Return the new passkey and the device that has it."""
        key = key or SoftPasskey()
        options, carried = await self.asked_for_passkey(account, at=at)
        shown = ShownPasskey(key.made_for(options), carried, BROWSER)
        return await self.add_passkey_with(shown, name, session=session, at=at), key

    async def asked_to_enter(self, *, of_account=None, holder=BROWSER, at=AT):
        asked = await self.enter_with.ask(holder, of_account=of_account, at=at)
        return json.loads(asked.options), asked.carried

    async def enter(self, key, *, of_account=None, at=AT):
        """Sign in with a passkey."""
        options, carried = await self.asked_to_enter(of_account=of_account, at=at)
        shown = ShownPasskey(key.shown_for(options), carried, BROWSER)
        return await self.enter_with(shown, Arrival(address=HERE), of_account=of_account, at=at)

    async def with_app(self, session, *, at=AT):
        """Return the secret of an authenticator that was turned on, and the recovery codes."""
        secret = (await self.add_app.begin(session=session, at=at)).secret
        code = code_of(secret, step_at(at))
        return secret, await self.add_app.confirm(code, session=session, address=HERE, at=at)

    async def change_password(self, current, new, session, *, address=HERE, at=AT, **held):
        arrival = Arrival(address=address, **held)
        await self.change_password_with(current, new, session=session, arrival=arrival, at=at)

    async def proven(self, email=EMAIL):
        """Return a new account whose address was proven, and its session."""
        made = await self.sign_up(email)
        async with self.store.accounts.changing() as writer:
            account = replace(made.account, verified_at=AT)
            await writer.save_account(account)
        return account, made.session


def shown_in(mail):
    """Return what the link of a mail carries."""
    return parse_qs(urlsplit(mail.link).query)["token"][0]


def wish(email=EMAIL):
    return Wish(email=email, address=HERE, language="en")


async def changed(secure, session, email, *, at):
    """Let the account in ``session`` go by another address, as its owner does by a code."""
    ticket = await secure.begin_proof.change(wish(email), session=session, at=at)
    mail = await secure.latest("verify_address")
    await secure.finish_proof.by_code(ticket, mail.code, session=session, at=at)
