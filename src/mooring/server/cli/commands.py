"""The commands of the server, as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mooring.server.cli.admin.commands import add_admin_commands
from mooring.server.cli.demo import add_command as add_demo
from mooring.server.cli.registration import add_command, add_entitlements
from mooring.server.cli.upkeep.commands import add_upkeep_commands

if TYPE_CHECKING:
    import argparse


def add_commands(subparsers: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    """Add every command of the server to ``subparsers``; each takes the ``shared`` options."""
    _add_init(subparsers, shared)
    _add_serve(subparsers, shared)
    add_demo(subparsers, shared)
    add_admin_commands(subparsers, shared)
    add_upkeep_commands(subparsers, shared)


def _add_init(subparsers: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    parser = add_command(
        subparsers,
        "init",
        says="make a product, an edition, its default policy, a first key and the descriptor in one step",
        examples="""
            mooring init "Harbor Notes"
            mooring init "Harbor Notes" --edition pro --entitlement "export-pdf=Export to PDF"
            mooring init "Harbor Notes" --output harbor_notes/mooring.json
        """,
        shared=shared,
        run="mooring.server.cli.init:run",
    )
    parser.add_argument("name", metavar="NAME", help="the product's name, as people read it")
    parser.add_argument("--slug", help="its short name (default: made from NAME)")
    parser.add_argument("--edition", default="standard", metavar="SLUG", help="default: standard")
    parser.add_argument("--edition-name", metavar="NAME", help="default: made from the edition's short name")
    add_entitlements(parser)
    parser.add_argument(
        "--output", default="mooring.json", metavar="FILE", help="the descriptor (default: mooring.json)"
    )


def _add_serve(subparsers: Any, shared: argparse.ArgumentParser) -> None:  # noqa: ANN401
    parser = add_command(
        subparsers,
        "serve",
        says="serve the API on one port, with everything that it needs",
        examples="""
            mooring serve
            mooring serve --host 0.0.0.0 --port 8080
            mooring serve --workers 4
        """,
        shared=shared,
        run="mooring.server.cli.serve:run",
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="default: 127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, metavar="P", help="default: 8000")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes, on PostgreSQL (default: 1)"
    )
