"""Settings under test: a view over an App of the fake server, whose errands a test runs when it likes."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import mooring
from mooring.client.view.settings import SettingsView
from mooring.testing import FakeServer


class Errands:
    """What was given to the background; at once, or when a test says so."""

    def __init__(self, *, at_once: bool = True) -> None:
        self.at_once = at_once
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], None]) -> None:
        if self.at_once:
            work()
        else:
            self.waiting.append(work)

    def run(self) -> None:
        """Run everything that waits."""
        while self.waiting:
            self.waiting.pop(0)()


class Shown(NamedTuple):
    """A view, its server, and everything that its door was told."""

    view: SettingsView
    server: FakeServer
    app: mooring.App
    errands: Errands
    changes: list[tuple[str, Any]]
    went_to: list[tuple[str, str | None]]
    opened: list[str]

    def hold(self) -> Errands:
        """Let errands wait from now on."""
        self.errands.at_once = False
        return self.errands


def shown_settings(
    server: FakeServer | None = None,
    *,
    app: mooring.App | None = None,
    urls: Mapping[str, str] | None = None,
    started: bool = True,
) -> Shown:
    """Return Settings of an App, as a door has it."""
    server = server or FakeServer()
    app = app or server.app()
    if urls is not None:
        app.descriptor.urls.update(urls)  # type: ignore[attr-defined] - a dictionary, whatever it promises
    errands, changes = Errands(), []
    went_to: list[tuple[str, str | None]] = []
    opened: list[str] = []
    view = SettingsView(
        app,
        run_in_background=errands,
        changed=lambda page, snapshot: changes.append((page, snapshot)),
        go_to=lambda page, part: went_to.append((page, part)),
        open_address=opened.append,
    )
    if started:
        view.start()
    return Shown(view, server, app, errands, changes, went_to, opened)
