"""`mooring demo`: a throwaway server, a sample product, and the story told on real commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from typing import Any

EXAMPLES = """\
  mooring demo                 tell the story, then leave the server running to try
  mooring demo --no-serve      tell the story and end
"""


def add_command(commands: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own type is private
    """Add `demo` to the program's commands."""
    parser = commands.add_parser(
        "demo",
        help="a throwaway server and the whole story, told on real commands",
        description="Tell the whole story on real commands, with a throwaway server.",
        epilog=f"Exits 0 only if each step held. Nothing stays behind.\n\nexamples:\n{EXAMPLES}",
        formatter_class=_raw_formatter(),
        parents=[shared],
    )
    parser.add_argument(
        "--port", type=int, default=0, metavar="P", help="the server's port (default: any free one)"
    )
    parser.add_argument(
        "--no-serve", action="store_true", help="end with the story instead of leaving the server up"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Tell the story; return 0 if each step held, else 1."""
    from mooring.server.cli.demo.story import tell  # noqa: PLC0415 - rich is loaded only when it draws

    return tell(port=arguments.port, keep_serving=not arguments.no_serve)


def _raw_formatter() -> type[argparse.HelpFormatter]:
    import argparse  # noqa: PLC0415

    return argparse.RawDescriptionHelpFormatter
