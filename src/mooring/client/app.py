"""The face of the SDK: `App`, which a program makes once and asks what it may do.

app = mooring.App.from_package("harbor_notes")
if not app.status().activated:
    app.activate("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
app.require("export-pdf")
app.keep_fresh()
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mooring.client.bootstrap.this_computer import read_descriptor, read_hardware, this_computer
from mooring.client.bootstrap.wiring import Wiring
from mooring.client.domain.errors import Voice
from mooring.client.face.account import AccountFace
from mooring.client.face.activation import ActivationFace
from mooring.client.face.offline import OfflineFace
from mooring.client.face.settings import SettingsFace
from mooring.core.wording.catalogue import choose_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

    from mooring.client.domain.status import Status
    from mooring.client.use_cases.ports import Environment

DESCRIPTOR_NAME = "mooring.json"
"""The descriptor's name in a package."""


class App(OfflineFace, ActivationFace, AccountFace, SettingsFace):
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
        self._home = None if home is None else os.fspath(home)
        self._hardware = read_hardware(hardware, parsed)
        adapters = this_computer(
            parsed,
            home=home,
            hardware=self._hardware,
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
