"""Which program's license a command is about: the App that its options name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mooring.client.app import App
from mooring.command_line.parser import WrongUsage
from mooring.core.wording.catalogue import mark

if TYPE_CHECKING:
    import argparse


def app_for(arguments: argparse.Namespace) -> App:
    """Return the App that the command's options, or the environment, name.

    Raises:
        WrongUsage: no descriptor was named, or it, or the hardware, cannot be used.
    """
    descriptor = getattr(arguments, "descriptor", None) or os.environ.get("MOORING_DESCRIPTOR")
    if not descriptor:
        raise WrongUsage(
            mark(
                "Which program is this about? Name its descriptor, the mooring.json that its publisher "
                "ships: --descriptor FILE, or the variable MOORING_DESCRIPTOR."
            )
        )
    try:
        return App(
            descriptor,
            home=getattr(arguments, "home", None),
            hardware=getattr(arguments, "hardware", None),
            language=getattr(arguments, "language", None),
        )
    except OSError as error:
        raise WrongUsage(
            mark("{file} cannot be read: {error}."), file=error.filename, error=error.strerror
        ) from error
    except ValueError as error:
        raise WrongUsage(str(error)) from error
