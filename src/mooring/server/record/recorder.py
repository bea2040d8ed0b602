"""The recorder: writes down what happened in the transaction that makes it happen: both stay, or neither."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import insert

from mooring.core.identifiers import new_ordered_identifier
from mooring.server.foundation.database.port import Transaction
from mooring.server.foundation.database.statement import Statement
from mooring.server.record.tables import events

ActorKind = Literal["device", "account", "staff", "operator", "system"]

_ADD: Final = Statement(insert(events))
_SUBJECTS: Final = ("product", "license", "device", "activation", "account")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a device, a person, or the server by itself."""

    kind: ActorKind
    id: str | None = None


SYSTEM: Final = Actor("system")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. It never holds a secret, a product key or a raw hardware value."""

    kind: str
    """What happened, such as ``activation.created``."""
    at: datetime
    actor: Actor = SYSTEM
    subjects: Mapping[str, str] = field(default_factory=dict)
    """Whom it concerns: ids by name. Product, license, device, activation and account can be searched for."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """What else is worth knowing; JSON values."""


class Recorder:
    """Appends events; nothing changes or removes them."""

    async def append(self, transaction: Transaction, event: Event) -> None:
        """Write ``event`` down as part of ``transaction``."""
        others = {name: value for name, value in event.subjects.items() if name not in _SUBJECTS}
        columns = {f"{name}_id": event.subjects.get(name) for name in _SUBJECTS}
        await transaction.later(
            _ADD,
            {
                "id": new_ordered_identifier("evt", event.at),
                "at": event.at,
                "kind": event.kind,
                "actor_kind": event.actor.kind,
                "actor_id": event.actor.id,
                "detail": {**others, **event.detail},
                **columns,
            },
        )
