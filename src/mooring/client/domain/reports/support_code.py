"""The support code: a short summary for the publisher's support, with no secret in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mooring.client.domain.reports.hardware import HardwareReport
    from mooring.client.domain.status import Status


class SupportCode(NamedTuple):
    """What support asks for first. Identifiers are opaque outside the publisher; no key, no hash, no name."""

    facts: dict[str, str]

    @property
    def text(self) -> str:
        """The summary as one line to copy."""
        return " ".join(f"{name}={value}" for name, value in self.facts.items())

    def to_document(self) -> dict[str, object]:
        """Return the summary as `support-code --json` prints it."""
        return {"support_code": self.text, **self.facts}


def support_code(status: Status, hardware: HardwareReport, *, version: str, platform: str) -> SupportCode:
    """Return the summary of an installation."""
    times, terms = status.certificate, status.license
    facts = {
        "mooring": version,
        "platform": platform,
        "product": status.product.slug,
        "edition": status.edition,
        "state": status.state,
        "method": status.method,
        "reason": status.obstacle.code if status.obstacle else None,
        "advice": ",".join(status.advice) or None,
        "license": terms.id if terms else None,
        "activation": status.activation,
        "device": status.device.id if status.device else None,
        "installation": status.installation,
        "sequence": str(times.sequence) if times else None,
        "expires": f"{times.expires_at:%Y-%m-%d}" if times else None,
        "hardware": f"{hardware.strength}/{hardware.weight}",
        "groups": ",".join(hardware.profile.groups) or None,
    }
    return SupportCode({name: value for name, value in facts.items() if value is not None})
