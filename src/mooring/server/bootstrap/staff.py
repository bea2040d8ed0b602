"""What the server does for those who work here."""

from dataclasses import replace

from mooring.server.delivery.mail.office import Mailing
from mooring.server.foundation.budgets.port import Budgets
from mooring.server.identity.integrations.passkeys import RelyingParty, WebAuthnPasskeys
from mooring.server.identity.storage.sealed_texts import ServerSealedTexts
from mooring.server.identity.storage.staff import StoredStaff
from mooring.server.identity.storage.token_secrets import ServerTokenSecrets
from mooring.server.identity.use_cases.passkeys.challenges import Challenges
from mooring.server.identity.use_cases.recovery.limits import MailLimits
from mooring.server.identity.use_cases.second_factor.limits import SecondFactorLimits
from mooring.server.identity.use_cases.staff.accept_invitation import AcceptInvitation
from mooring.server.identity.use_cases.staff.change_role import ChangeRole
from mooring.server.identity.use_cases.staff.forget_invitations import ForgetInvitations
from mooring.server.identity.use_cases.staff.invite_staff import InviteStaff
from mooring.server.identity.use_cases.staff.list_staff import ListStaff
from mooring.server.identity.use_cases.staff.set_up_second_factor import PasskeySetUp, SetUpSecondFactor
from mooring.server.identity.use_cases.staff.undo_invitation import UndoInvitation
from mooring.server.web.services import Services
from mooring.server.web.staff_services import StaffServices


def with_staff(
    services: Services,
    rooms: StoredStaff,
    tokens: ServerTokenSecrets,
    sealed_texts: ServerSealedTexts,
    mailing: Mailing,
) -> Services:
    """Return ``services`` of a server at which people work."""
    staff = build_staff(
        rooms,
        tokens,
        sealed_texts,
        budgets=services.budgets,
        addresses=services.addresses,
        mailing=mailing,
    )
    return replace(
        services,
        identity=replace(services.identity, staff=staff),
        housekeeping=(*services.housekeeping, ForgetInvitations(rooms)),
    )


def build_staff(
    rooms: StoredStaff,
    tokens: ServerTokenSecrets,
    sealed_texts: ServerSealedTexts,
    *,
    budgets: Budgets,
    addresses: tuple[str, ...],
    mailing: Mailing,
) -> StaffServices:
    """Return what the server can do for its staff; what becomes of mails decides how people are invited."""
    party = next(filter(None, map(RelyingParty.at, addresses)), None)
    challenges = Challenges(sealed_texts, budgets)
    return StaffServices(
        set_up_second_factor=SetUpSecondFactor(
            rooms,
            tokens,
            SecondFactorLimits(budgets),
            None if party is None else PasskeySetUp(WebAuthnPasskeys(party), challenges),
        ),
        list_staff=ListStaff(rooms),
        invite=InviteStaff(rooms, tokens, MailLimits(budgets), site=addresses[0], mails=mailing == "sent"),
        undo_invitation=UndoInvitation(rooms),
        # Where no mail reaches anybody nobody can prove an address: the link itself was handed over.
        accept_invitation=AcceptInvitation(rooms, tokens, proven=mailing != "kept"),
        change_role=ChangeRole(rooms),
    )
