"""Whom an event concerns: the ids by which it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.server.licensing.domain.activations.activation import Activation
    from mooring.server.licensing.domain.license import License


def subjects_of(license_: License, activation: Activation, *, at: datetime) -> dict[str, str]:
    """Return the subjects of what happens to ``activation``; its holder is one, if it may know the device."""
    subjects: dict[str, str] = {
        "license": license_.id,
        "activation": activation.id,
        "device": activation.device_id,
    }
    holder = license_.holder
    if holder is not None and holder.may_see(activation.device_id, at=at):
        subjects["account"] = holder.account.id
    return subjects
