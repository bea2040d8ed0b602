"""The adapters of this computer: made from a descriptor, a home, and perhaps hardware that is given."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from mooring.client.bootstrap.wiring import Adapters
from mooring.core.descriptor import parse_descriptor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.use_cases.ports import Environment, System
    from mooring.core.descriptor import Descriptor


class GivenHardware:
    """Component values that somebody wrote down, instead of this computer's own."""

    def __init__(self, components: Mapping[str, str | list[str]]) -> None:
        self._components = components

    def read(self) -> Mapping[str, str | list[str]]:
        """Return the values."""
        return self._components


def this_computer(
    descriptor: Descriptor,
    *,
    home: str | os.PathLike[str] | None,
    hardware: Mapping[str, str | list[str]] | None,
    app_version: str | None,
    environment: Environment | None,
) -> Adapters:
    """Return the adapters of this computer.

    Args:
        descriptor: whose product it is.
        home: the home folder, where it is not the platform's own.
        hardware: component values instead of this computer's own: then it counts as a computer, wherever
            the program runs.
        app_version: the program's version.
        environment: where the program runs; None looks.
    """
    from mooring.client.adapters.installation_key.key_file import KeyFile  # noqa: PLC0415 - a test brings its own
    from mooring.client.adapters.probes import choose_probe  # noqa: PLC0415
    from mooring.client.adapters.store.account_file import AccountFile  # noqa: PLC0415
    from mooring.client.adapters.store.document import Owner  # noqa: PLC0415
    from mooring.client.adapters.store.file_store import FileStore  # noqa: PLC0415
    from mooring.client.adapters.store.resilient_store import ResilientStore  # noqa: PLC0415
    from mooring.client.adapters.system.clock import SystemClock  # noqa: PLC0415
    from mooring.client.adapters.system.home import home_folder  # noqa: PLC0415

    def this_system() -> System:
        from mooring.client.adapters.system.this_system import ThisSystem  # noqa: PLC0415 - for an activation

        return ThisSystem(app_version, environment or (None if hardware is None else "computer"))

    owner = Owner(descriptor.issuer, descriptor.product)
    folder = home_folder(owner, home)
    return Adapters(
        store=ResilientStore(FileStore(folder, owner)),
        keys=KeyFile(folder),
        probe=choose_probe() if hardware is None else GivenHardware(hardware),
        clock=SystemClock(),
        system=this_system,
        accounts=AccountFile(folder, owner),
    )


def read_descriptor(source: str | os.PathLike[str] | bytes | Mapping[str, Any]) -> Descriptor:
    """Return the descriptor that lies at a path, or is given as JSON or as an object.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not a usable descriptor.
    """
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:
            source = file.read()
    return parse_descriptor(source if isinstance(source, bytes) else dict(source))


def read_hardware(
    given: Mapping[str, str | list[str]] | str | os.PathLike[str] | None, descriptor: Descriptor
) -> Mapping[str, str | list[str]] | None:
    """Return the component values that are given as an object or in a file; None if none are.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds something else, or the descriptor is of a real publisher.
    """
    if given is None:
        return None
    if not descriptor.lab:
        raise ValueError("Hardware may only be given with a descriptor marked lab.")
    if not isinstance(given, (str, os.PathLike)):
        return given
    from mooring.client.adapters.probes.file import FileProbe  # noqa: PLC0415 - only here

    return FileProbe(os.fspath(given)).read()
