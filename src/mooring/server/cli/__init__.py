"""The operator's commands: everything that `pip install 'mooring[server]'` adds to `mooring`."""

from __future__ import annotations

from mooring.server.cli.commands import add_commands

__all__ = ["add_commands"]
