"""For bundlers: what a program with Mooring needs besides what they find by following its imports.

PyInstaller asks `hook_folders` where the hooks are, by the entry point ``pyinstaller40``. Nobody else
imports this.
"""

from __future__ import annotations

import os


def hook_folders() -> list[str]:
    """Return the folder of the hooks: this one."""
    return [os.path.dirname(__file__)]
