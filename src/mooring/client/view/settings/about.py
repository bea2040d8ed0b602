"""*About*: the support code, the certificate in plain words, and whether the service can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.client.domain.version import __version__
from mooring.client.view.certificate import certificate_facts
from mooring.client.view.settings.page import Page
from mooring.client.view.settings.your_info import Link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.domain.reports.connection import ConnectionReport
    from mooring.client.domain.reports.inspection import Inspection
    from mooring.client.domain.reports.support_code import SupportCode
    from mooring.client.domain.status import Status
    from mooring.client.view.settings.page import Desk
    from mooring.client.view.settings.problem import Problem


class ConnectionStep(NamedTuple):
    """One step on the way to a server: whether it was taken, what it is, and what was found."""

    passed: bool
    name: str
    detail: str


class About(NamedTuple):
    """The page.

    Attributes:
        product: the product's name.
        facts: labels and values of the product, its publisher and this software.
        support_code: one line to copy, without any secret.
        certificate_sentence: whether a certificate is held, and whether the publisher made it.
        genuine: whether it did; None where no certificate is held.
        certificate: labels and values of what the certificate says.
        connection: the steps of the last look at the connection; empty before the first.
        support: the publisher's page for support.
    """

    title: str
    ready: bool = False
    product: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    support_code: str = ""
    certificate_sentence: str = ""
    genuine: bool | None = None
    certificate: tuple[tuple[str, str], ...] = ()
    connection: tuple[ConnectionStep, ...] = ()
    support: Link | None = None
    busy: str | None = None
    problem: Problem | None = None
    notice: str | None = None


class AboutPage(Page[About]):
    """Tells what is held, and tries the connection."""

    name = "about"

    def __init__(self, desk: Desk) -> None:
        labels, descriptor = desk.labels, desk.app.descriptor
        url = descriptor.urls.get("support")
        super().__init__(
            desk,
            About(
                title=labels["about"],
                product=descriptor.name,
                facts=(
                    (labels["product"], descriptor.name),
                    (labels["publisher"], descriptor.issuer),
                    (labels["activated_by"], f"Mooring {__version__}"),
                ),
                support=Link(labels["contact_publisher"], url) if url else None,
            ),
        )

    def look_at(self, status: Status) -> None:
        """What is shown is read by `load`; here only that there is a page."""
        del status
        self._show(ready=True)

    def load(self) -> bool:
        """Read support code and certificate; the door asks when the page is opened. Asks no server."""
        app = self._desk.app

        def work() -> tuple[SupportCode, Inspection | None]:
            held = app.status().certificate is not None
            return app.support_code(), app.inspect_certificate() if held else None

        return self._errand(self._desk.labels["reading_certificate"], work, self._read, again=self.load)

    def check_connection(self) -> bool:
        """Try the activation service step by step."""
        return self._errand(
            self._desk.labels["trying_connection"],
            self._desk.app.check_connection,
            self._tried,
            again=self.check_connection,
            connection=(),
        )

    def _read(self, found: tuple[SupportCode, Inspection | None]) -> Mapping[str, object]:
        code, inspection = found
        labels = self._desk.labels
        genuine = inspection.genuine if inspection else None
        sentences = {None: "no_certificate", True: "certificate_genuine", False: "certificate_not_genuine"}
        return {
            "support_code": code.text,
            "genuine": genuine,
            "certificate_sentence": labels[sentences[genuine]].format(product=self._snapshot.product),
            "certificate": certificate_facts(inspection, self._desk.language) if inspection else (),
        }

    def _tried(self, report: ConnectionReport) -> Mapping[str, object]:
        labels = self._desk.labels
        return {
            "notice": labels["reachable" if report.reachable else "unreachable"],
            "connection": tuple(
                ConnectionStep(step.passed, f"{finding.server} · {step.name}", step.detail)
                for finding in report.servers
                for step in finding.steps
            ),
        }
