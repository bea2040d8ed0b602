"""The command line of the device: `mooring status`, `mooring activate` and the rest."""

from mooring.client.doors.cli.program import build_program as build_parser
from mooring.client.doors.cli.program import run

__all__ = ["build_parser", "run"]
