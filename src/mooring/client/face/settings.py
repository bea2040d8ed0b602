"""The part of `App` that a person sees: Settings, and the small form of a first run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mooring.client.face.face import Face

if TYPE_CHECKING:
    from mooring.client.app import App
    from mooring.client.bootstrap.doors import SettingsPage
    from mooring.client.domain.status import Status


class SettingsFace(Face):
    """What is shown in a window; in the terminal, where there is no screen. It needs `mooring[desktop]`."""

    def show_settings(self, page: SettingsPage = "activation") -> None:
        """Show Settings, opened at ``page``.

        Beside a running Qt loop it returns at once, and the window stays until it is closed; else it returns
        when the person has closed it.

        Args:
            page: ``your_info``, ``devices``, ``activation``, ``privacy`` or ``about``.

        Raises:
            SettingsUnavailable: the window is not installed, or there is neither a screen nor a terminal.
            RuntimeError: a terminal needs the main thread, without a running loop (there is `mooring.aio`).
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
