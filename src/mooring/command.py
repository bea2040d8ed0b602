"""The one program, `mooring`: the device's commands, and the server's where its libraries are installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from mooring.client.doors.cli import build_parser, run


def main(arguments: list[str] | None = None) -> int:
    """Run the command that ``arguments`` (default: the process's own) name and return its exit code."""
    parser, commands, shared = build_parser()
    if _server_is_installed():
        from mooring.server.cli import add_commands  # noqa: PLC0415 - the SDK runs without its libraries

        add_commands(commands, shared)
    return run(parser, arguments)


def _server_is_installed() -> bool:
    """Tell whether this is `pip install 'mooring[server]'`: its commands are hidden without it."""
    return find_spec("msgspec") is not None and find_spec("sqlalchemy") is not None


if __name__ == "__main__":
    sys.exit(main())
