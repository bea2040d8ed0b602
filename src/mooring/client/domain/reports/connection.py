"""What a look at the connection to the activation service found."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One step to a server: ``name``, ``proxy``, ``connection``, ``tls``, ``answer`` or ``clock``."""

    name: str
    passed: bool
    detail: str


class ServerFinding(NamedTuple):
    """How far one server could be reached; the first step that did not pass is the reason."""

    server: str
    steps: tuple[Step, ...]

    @property
    def reachable(self) -> bool:
        """Whether the server answers sensibly (a wrong clock does not keep it from that)."""
        return all(step.passed for step in self.steps if step.name != "clock")


class ConnectionReport(NamedTuple):
    """What was found at each of the publisher's servers."""

    servers: tuple[ServerFinding, ...]

    @property
    def reachable(self) -> bool:
        """Whether at least one server answers sensibly."""
        return any(finding.reachable for finding in self.servers)

    def to_document(self) -> dict[str, object]:
        """Return the report as `check-connection --json` prints it."""
        return {
            "reachable": self.reachable,
            "servers": [
                {
                    "server": finding.server,
                    "reachable": finding.reachable,
                    "steps": [step._asdict() for step in finding.steps],
                }
                for finding in self.servers
            ],
        }
