"""The part of `App` that a person sees: Settings, and the small form of a first run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from mooring.client.face.face import Face

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.app import App
    from mooring.client.bootstrap.doors import SettingsPage
    from mooring.client.domain.status import Status


class SettingsFace(Face):
    """What is shown in a window; in the terminal, where there is no screen. It needs `mooring[desktop]`."""

    _home: str | None = None
    _hardware: Mapping[str, str | list[str]] | None = None

    @property
    def descriptor_document(self) -> str:
        """The publisher's descriptor as JSON, for a file that another process reads."""
        import json  # noqa: PLC0415 - a program may never need it

        return json.dumps(self.descriptor.to_document())

    def command_options(self, descriptor: str) -> list[str]:
        """Return the options by which a command of `mooring` is about this App.

        An App that was given hardware finds it in a file beside the descriptor, which is written by this.

        Args:
            descriptor: the path of a file that holds `descriptor_document`.
        """
        options = ["--descriptor", descriptor, "--language", self.language]
        if self._home is not None:
            options += ["--home", self._home]
        if self._hardware is not None:
            import json  # noqa: PLC0415 - as above

            file = os.path.join(os.path.dirname(descriptor), "hardware.json")
            with open(file, "w", encoding="utf-8") as opened:
                json.dump(dict(self._hardware), opened)
            options += ["--hardware", file]
        return options

    def show_settings(self, page: SettingsPage = "activation") -> None:
        """Show Settings, opened at ``page``.

        Beside a running Qt loop it returns at once, and the window stays until it is closed; else it returns
        when the person has closed it.

        Args:
            page: ``your_info``, ``devices``, ``activation``, ``privacy`` or ``about``.

        Raises:
            SettingsUnavailable: the window is not installed, or there is neither a screen nor a terminal.
            RuntimeError: a terminal needs the main thread, without a running loop (there is `mooring.aio`).
            ValueError: there is no such page: a mistake in the program.
        """
        from mooring.client.bootstrap.doors import settings_door  # noqa: PLC0415 - a program may never show it

        settings_door().show(cast("App", self), page)

    def activation_dialog(self) -> Status:
        """Show the small form of a first run, and return the status when the person has closed it.

        It takes a product key, signs in, or is left for later: then the program runs with what works without
        activation.

        Raises:
            SettingsUnavailable: as `show_settings`.
        """
        from mooring.client.bootstrap.doors import settings_door  # noqa: PLC0415 - as above

        settings_door().show_first_run(cast("App", self))
        return self.status()
