"""What pages get back from the staff's use cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.identity.domain.staff.invitation import Invitation
    from mooring.server.identity.ports.staff import Act, Known


class Team(NamedTuple):
    """Who works here, who is invited to, and what became of that lately."""

    members: Sequence[Known]
    invitations: Sequence[Invitation]
    acts: Sequence[Act]


class Invited(NamedTuple):
    """Somebody is invited."""

    invitation: Invitation
    link: str | None
    """What to hand over, where no mail server does; shown this once. None: it is on its way by mail."""
