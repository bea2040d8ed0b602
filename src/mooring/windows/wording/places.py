"""Places: how one gets to the pages of Windows' Settings, and what is done on each when linking."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.wording.catalogue import ENGLISH, mark, translator
from mooring.windows.domain.linking import PAGES
from mooring.windows.wording import LOCALES

if TYPE_CHECKING:
    from collections.abc import Callable

    from mooring.windows.domain.activation import WindowsActivation

_YOUR_INFO = mark("Settings > Accounts > Your info")
_ACTIVATION_10 = mark("Settings > Update & Security > Activation")
_ACTIVATION_11 = mark("Settings > System > Activation, under Activation state")

_SIGN_IN = mark(
    "If this page shows the e-mail address of a Microsoft account, that is done. Otherwise choose"
    " “Sign in with a Microsoft account instead” and follow it; whoever has no account makes one "
    "there. From then on you sign in to Windows with it."
)
_LOOK_10 = mark(
    "If it says “Add a Microsoft account”, choose “Add an account”, sign in, and wait a minute. "
    "Then read the line below Activation."
)
_LOOK_11 = mark(
    "Open “Activation state”. If it offers to add an account, choose it and sign in; then wait a "
    "minute and open the page again."
)

PRESS_ENTER = mark("The page is open. Press Enter when it is done:")
IN_THE_END = mark("In the end the Activation page must say:")


class Step(NamedTuple):
    """One step of linking: which page of Settings, the address that opens it, and what to do there."""

    page: str
    address: str
    says: str


def activation_page(windows: WindowsActivation, say: Callable[[str], str]) -> str:
    """Return the way to the page that tells whether Windows is linked."""
    return say(_ACTIVATION_11 if windows.is_windows_11 else _ACTIVATION_10)


def linking_steps(windows: WindowsActivation, *, language: str = ENGLISH) -> tuple[Step, ...]:
    """Return the steps of linking ``windows`` to a Microsoft account, in order."""
    say = translator(language, LOCALES).gettext
    look = _LOOK_11 if windows.is_windows_11 else _LOOK_10
    words = {
        "your_info": (say(_YOUR_INFO), say(_SIGN_IN)),
        "activation": (activation_page(windows, say), say(look)),
    }
    return tuple(Step(words[page.name][0], page.address, words[page.name][1]) for page in PAGES)
