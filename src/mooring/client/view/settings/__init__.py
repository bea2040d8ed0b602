"""The view-model of Settings: what the window and the terminal show, and what a person can do there.

A door makes one view, shows its snapshots, and calls its intents. It needs no word and no rule of its own:

    view = SettingsView(
        app,
        run_in_background=pool.start,           # another thread; returns at once
        changed=bridge.changed.emit,            # any thread: hand over to the interface's own, at once
        go_to=window.go_to,                     # a next step leads to another page
        open_address=QDesktopServices.openUrl,
    )
    window.show(view.labels, view.activation.snapshot)   # titles only: paint at once
    view.start()                                # reads the state; changed("activation", snapshot) follows
    view.opened("devices")                      # whenever a page comes into view

    view.activation.key_help(text)              # at each keystroke; pure, at once
    view.activation.activate(text)              # an intent: False if the page is busy (a double click)
    view.take(snapshot.problem.next_step, "activation")   # the button beside a problem
    view.close()

Each page (`your_info`, `devices`, `activation`, `privacy`, `about`) has `.snapshot`, an immutable
NamedTuple with `title`, `ready`, `busy`, `problem`, `notice` and what is its own. Show `busy` as progress
with its sentence (after some 300 ms, or it flickers) and disable the page's intents meanwhile, save
`your_info.cancel` and `activation.close_troubleshooter`. A next step whose `way` is None is read, and is no
button. Ask a row's `question` before `free`, `deactivate` or `free_all`. Nothing here raises or blocks.
"""

from mooring.client.view.settings.labels import LABELS, labels_in
from mooring.client.view.settings.page import PAGES
from mooring.client.view.settings.problem import Problem, way_of
from mooring.client.view.settings.settings_view import SettingsView

__all__ = ["LABELS", "PAGES", "Problem", "SettingsView", "labels_in", "way_of"]
