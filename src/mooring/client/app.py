"""The face of the SDK: `App`, which a program makes once and asks what it may do.

app = mooring.App.from_package("harbor_notes")
if not app.status().activated:
    app.activate("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
app.require("export-pdf")
app.keep_fresh()
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mooring.client.account_face import AccountFace
from mooring.client.adapters.system.making import MadeOnce
from mooring.client.bootstrap import Wiring, read_descriptor, read_hardware, this_computer
from mooring.client.domain.errors import FeatureNotLicensed, MooringError, NotActivated, Refused, Voice
from mooring.client.domain.features import feature_name, only_edition
from mooring.core.refusals import Refusal
from mooring.core.wording.catalogue import choose_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType
    from typing import Self

    from mooring.client.adapters.system.background import Background
    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.reports.connection import ConnectionReport
    from mooring.client.domain.reports.hardware import HardwareReport
    from mooring.client.domain.reports.inspection import Inspection
    from mooring.client.domain.reports.key_check import KeyCheck
    from mooring.client.domain.reports.support_code import SupportCode
    from mooring.client.domain.status import Status
    from mooring.client.use_cases.activate import Claim
    from mooring.client.use_cases.ports import Environment
    from mooring.client.use_cases.tell_changes import TellChanges
    from mooring.core.descriptor import Descriptor

DESCRIPTOR_NAME = "mooring.json"
"""The descriptor's name in a package."""


class App(AccountFace):
    """One product on this computer. Safe to use from many threads, and after `os.fork`.

    Whatever the folder, the network or the clock are like, making it never raises: `status` tells.

    Args:
        descriptor: the publisher's descriptor: its path, its JSON, or the object itself.
        home: the folder for the certificate and the installation's key; else `MOORING_HOME`, else the
            platform's own.
        hardware: component values instead of this computer's own, or the path of a JSON file of them; only
            with a descriptor marked ``lab``.
        language: the language to speak, such as ``de``; else the environment's.
        timeout: seconds that anything over the network may take in all.
        app_version: the program's version, told to the publisher at activation and renewal.
        environment: ``container`` and ``ci`` ask for a short lease instead of a seat; None looks.

    Raises:
        ValueError: the descriptor, or the hardware given, is not usable: a mistake in the program.
        OSError: a file that was named cannot be read: the same.
    """

    def __init__(
        self,
        descriptor: str | os.PathLike[str] | bytes | Mapping[str, Any],
        *,
        home: str | os.PathLike[str] | None = None,
        hardware: Mapping[str, str | list[str]] | str | os.PathLike[str] | None = None,
        language: str | None = None,
        timeout: float = 15,
        app_version: str | None = None,
        environment: Environment | None = None,
    ) -> None:
        parsed = read_descriptor(descriptor)
        adapters = this_computer(
            parsed,
            home=home,
            hardware=read_hardware(hardware, parsed),
            app_version=app_version,
            environment=environment,
        )
        voice = Voice(choose_language(language, os.environ), parsed.urls)
        self._set_up(Wiring(parsed, adapters, voice, app_version), timeout)

    @classmethod
    def from_package(cls, package: str, **options: Any) -> Self:  # noqa: ANN401 - those of `App`
        """Return the App of the descriptor ``mooring.json`` that is shipped in ``package``.

        Raises:
            ValueError: the package has no usable descriptor: a mistake in its packaging.
        """
        from importlib.util import find_spec  # noqa: PLC0415 - only here

        spec = find_spec(package)
        folder = next(iter(spec.submodule_search_locations or []), None) if spec else None
        get_data = getattr(spec.loader, "get_data", None) if spec else None  # a file, or an entry of a zip
        if folder is None or get_data is None:
            raise ValueError(f"{package} is not a package that can hold a descriptor.")
        try:
            descriptor: bytes = get_data(os.path.join(folder, DESCRIPTOR_NAME))
        except OSError as error:
            raise ValueError(f"The package {package} has no {DESCRIPTOR_NAME}.") from error
        return cls(descriptor, **options)

    @classmethod
    def of(cls, wiring: Wiring, *, timeout: float = 15) -> Self:
        """Return the App of use cases that are wired already, as `mooring.testing` does."""
        app = cls.__new__(cls)
        app._set_up(wiring, timeout)  # noqa: SLF001 - its own
        return app

    def _set_up(self, wiring: Wiring, timeout: float) -> None:
        self._wiring = wiring
        self._timeout = timeout

    @property
    def descriptor(self) -> Descriptor:
        """The publisher's descriptor."""
        return self._wiring.descriptor

    # What needs no network.

    def status(self) -> Status:
        """Return the Activation state, from what is stored. Opens no network, and never raises."""
        return self._wiring.read_status()

    def allows(self, entitlement: str) -> bool:
        """Return whether the feature ``entitlement`` may be used now."""
        return self.status().allows(entitlement)

    def require(self, entitlement: str) -> None:
        """Return if the feature ``entitlement`` may be used now.

        Raises:
            FeatureNotLicensed: it may not.
        """
        status = self.status()
        if not status.allows(entitlement):
            name = feature_name(entitlement, status.edition, self.descriptor)
            missing = FeatureNotLicensed(entitlement, name=name, sentence=status.sentence)
            missing.voice = self._wiring.voice
            raise missing

    def check(self, key: str) -> KeyCheck:
        """Return what a product key tells by itself: is it well typed, and for which product.

        Raises:
            Refused: ``key_malformed``; with one symbol wrong it names the place and the corrected key.
        """
        from mooring.client.domain.reports.key_check import check_key  # noqa: PLC0415 - not on the way to a status

        with self._speaking():
            return check_key(key, self.descriptor)

    def hardware(self) -> HardwareReport:
        """Return the hardware profile as it would be sent, and how strong it is."""
        from mooring.client.domain.reports.hardware import report_hardware  # noqa: PLC0415 - as above

        return report_hardware(self._wiring.hardware(again=True))

    def privacy_preview(self, key: str | None = None) -> Mapping[str, object]:
        """Return exactly what `activate` would send, without sending it.

        Raises:
            Refused: the key is mistyped.
        """
        from mooring.client.use_cases.activate import claim_for  # noqa: PLC0415 - as above

        with self._speaking():
            claim = claim_for(key)
            return self._wiring.prepare_activation(claim, self._wiring.hardware(again=True))

    def inspect_certificate(self, text: str | None = None) -> Inspection:
        """Return what a certificate says in plain words: the one ``text``, or the one held.

        Raises:
            NotActivated: no certificate is held.
            Refused: ``certificate_invalid``: the text is no certificate at all.
        """
        from mooring.client.domain.reports.inspection import inspect_certificate  # noqa: PLC0415 - as above

        with self._speaking():
            certificate = text if text is not None else self._wiring.store.load().state.certificate
            if certificate is None:
                raise NotActivated
            return inspect_certificate(certificate, self._wiring.trust, self._wiring.voice)

    def support_code(self) -> SupportCode:
        """Return a short summary for the publisher's support, with no secret in it."""
        from mooring.client.domain.reports.support_code import support_code  # noqa: PLC0415 - as above
        from mooring.client.domain.version import __version__  # noqa: PLC0415 - as above

        platform = self._wiring.system.facts().platform
        return support_code(self.status(), self.hardware(), version=__version__, platform=platform)

    # What asks the server. Each ends within `timeout`; what fails changes nothing.

    def activate(
        self,
        key: str | None = None,
        *,
        license: str | None = None,  # noqa: A002 - the word of the domain
        edition: str | None = None,
    ) -> Status:
        """Activate with a product key; without one, with the digital license of this hardware.

        Another key on an activated device takes the place of the first in one step; if it is refused, the
        first stays.

        Args:
            key: the product key as it was typed.
            license: the identifier of a license of the signed-in account, instead of a key.
            edition: the edition that the program is, if it is only one.

        Raises:
            Refused: and why, and what to do next.
            ServerUnreachable: no sensible answer came in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
        """
        from mooring.client.use_cases.activate import claim_for  # noqa: PLC0415 - as above

        with self._speaking():
            return self._activate(claim_for(key, license=license, edition=edition))

    def trial(self, *, edition: str | None = None) -> Status:
        """Start the product's trial; raises what `activate` raises."""
        from mooring.client.use_cases.activate import Claim  # noqa: PLC0415 - as above

        with self._speaking():
            return self._activate(Claim(trial=True, edition=edition or only_edition(self.descriptor)))

    def renew(self) -> Status:
        """Exchange the certificate for a fresh one now.

        Raises:
            NotActivated: there is nothing to renew.
            Refused: the server said no; the activation stays, unless the publisher signed otherwise.
            ServerUnreachable: no sensible answer came in time.
            InvalidCertificate: the answer was not a good certificate for this installation.
        """
        with self._speaking():
            self._wiring.renew(deadline=self._deadline())
            return self._changed()

    def deactivate(self) -> Status:
        """Free this computer's seat. Undone freely, by activating again, for 24 hours.

        Raises:
            NotActivated: there is nothing to deactivate.
            Refused: the server said no.
            ServerUnreachable: no sensible answer came in time.
        """
        with self._speaking():
            self._wiring.deactivate(deadline=self._deadline())
            return self._changed()

    def check_connection(self) -> ConnectionReport:
        """Return how far each of the publisher's servers can be reached, and what is in the way."""
        from mooring.client.domain.reports.connection import ConnectionReport  # noqa: PLC0415 - as above

        return ConnectionReport(self._wiring.network.examine(deadline=self._deadline()))

    # What goes on in the background.

    def keep_fresh(self) -> None:
        """Renew in a background thread when that is due. Never blocks, raises or prompts; twice is once."""
        self._background.start()

    def on_change(self, callback: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``callback`` with the status when it has changed; return what takes it off again.

        It is called in the thread that noticed: that of `activate`, or the background thread of `keep_fresh`.
        """
        return self._tell.add(callback)

    def close(self) -> None:
        """End the background thread. The App can still be asked."""
        if "_background" in self.__dict__:
            self._background.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<App {self.descriptor.product}>"

    @MadeOnce
    def _tell(self) -> TellChanges:
        from mooring.client.adapters.system.log import log  # noqa: PLC0415 - as above
        from mooring.client.use_cases.tell_changes import TellChanges  # noqa: PLC0415 - as above

        return TellChanges(self._wiring.read_status, log)

    @MadeOnce
    def _background(self) -> Background:
        from random import SystemRandom  # noqa: PLC0415 - not on the way to a status

        from mooring.client.adapters.system.background import Background  # noqa: PLC0415 - as above
        from mooring.client.adapters.system.log import log  # noqa: PLC0415 - as above
        from mooring.client.use_cases.keep_fresh import KeepFresh  # noqa: PLC0415 - as above

        wiring = self._wiring
        look = KeepFresh(
            read_status=wiring.read_status,
            renew=lambda: wiring.renew,
            clock=wiring.clock,
            jitter=SystemRandom().random,
            timeout=self._timeout,
            tell=self._tell,
            log=log,
        )
        return Background(look, log)

    def _activate(self, claim: Claim) -> Status:
        self._wiring.activate(claim, deadline=self._deadline())
        return self._changed()

    def _changed(self) -> Status:
        status = self.status()
        self._tell(status)
        if "_background" in self.__dict__:
            self._background.wake()
        return status

    def _deadline(self) -> Deadline:
        # A little less than was promised: what comes after the last answer takes time too.
        return self._wiring.clock.deadline(self._timeout - min(0.5, self._timeout / 20))

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Give every error that leaves the language and the addresses of this App."""
        try:
            yield
        except Refusal as refusal:
            refused = Refused(refusal.code, refusal.members)
            refused.voice = self._wiring.voice
            raise refused from None
        except MooringError as error:
            error.voice = self._wiring.voice
            raise
