"""What the web needs so that people can prove their addresses, and come back in by them."""

from dataclasses import dataclass

from mooring.server.identity.use_cases.recovery.ask_reset import AskReset
from mooring.server.identity.use_cases.recovery.begin_sign_up import BeginSignUp
from mooring.server.identity.use_cases.recovery.finish_sign_up import FinishSignUp
from mooring.server.identity.use_cases.recovery.mail_desk import MailDesk
from mooring.server.identity.use_cases.recovery.prove_address import BeginProof, FinishProof
from mooring.server.identity.use_cases.recovery.reset_password import ResetPassword
from mooring.server.identity.use_cases.recovery.undo_change import UndoChange


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryServices:
    """Everything that pages can ask about proving an address, where mails reach people."""

    desk: MailDesk
    begin_sign_up: BeginSignUp | None
    """None: an account is made at once, and its address is proven later."""
    finish_sign_up: FinishSignUp
    begin_proof: BeginProof
    finish_proof: FinishProof
    ask_reset: AskReset
    reset_password: ResetPassword
    undo_change: UndoChange
