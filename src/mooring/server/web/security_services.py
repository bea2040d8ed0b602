"""What the web needs so that people can look after how they sign in, and where."""

from dataclasses import dataclass

from mooring.server.identity.ports.sealed_texts import SealedTexts
from mooring.server.identity.use_cases.accounts.known_browsers import KnownBrowsers
from mooring.server.identity.use_cases.grants.end_all_grants import EndAllGrants
from mooring.server.identity.use_cases.passkeys.add_passkey import AddPasskey
from mooring.server.identity.use_cases.passkeys.manage_passkeys import RemovePasskey, RenamePasskey
from mooring.server.identity.use_cases.passkeys.sign_in_with_passkey import SignInWithPasskey
from mooring.server.identity.use_cases.passwords.change_password import ChangePassword
from mooring.server.identity.use_cases.passwords.read_proofs import ReadProofs
from mooring.server.identity.use_cases.passwords.remove_password import RemovePassword
from mooring.server.identity.use_cases.second_factor.authenticators import (
    AddAuthenticator,
    RemoveAuthenticator,
)
from mooring.server.identity.use_cases.second_factor.pass_second_factor import PassSecondFactor
from mooring.server.identity.use_cases.second_factor.recovery_codes import MakeRecoveryCodes
from mooring.server.identity.use_cases.sessions.end_sessions import EndOtherSessions, EndSession
from mooring.server.identity.use_cases.sessions.list_sessions import ListSessions


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyServices:
    """Everything that pages can ask about passkeys."""

    origin: str
    """The one origin that passkeys of this server are for."""
    is_own_name: bool
    """Is that the name by which the server is known, so that every visitor is there?"""
    add: AddPasskey
    sign_in: SignInWithPasskey


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityServices:
    """Everything that pages can ask about proving who one is."""

    sealed_texts: SealedTexts
    known_browsers: KnownBrowsers
    read_proofs: ReadProofs
    change_password: ChangePassword
    remove_password: RemovePassword
    passkeys: PasskeyServices | None
    """None: the server has no name that passkeys could be for."""
    rename_passkey: RenamePasskey
    remove_passkey: RemovePasskey
    add_authenticator: AddAuthenticator
    remove_authenticator: RemoveAuthenticator
    make_recovery_codes: MakeRecoveryCodes
    pass_second_factor: PassSecondFactor
    list_sessions: ListSessions
    end_session: EndSession
    end_other_sessions: EndOtherSessions
    end_all_grants: EndAllGrants
