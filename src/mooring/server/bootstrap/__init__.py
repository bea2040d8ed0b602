"""The wiring of a running server, and the only place where it is done."""

from mooring.server.bootstrap.addresses import own_addresses
from mooring.server.bootstrap.people import build_identity
from mooring.server.bootstrap.serving import build_app, build_services

__all__ = ["build_app", "build_identity", "build_services", "own_addresses"]
