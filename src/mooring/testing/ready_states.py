"""Apps in a state that a test needs, in one line each.

>>> activated_app().status().state, unactivated_app().status().state, grace_app().status().state
('activated', 'not_activated', 'grace')
>>> expired_app().status().reason["code"], revoked_app().status().reason["code"]
('certificate_expired', 'license_revoked')
>>> trial_app().status().sentence
'Harbor Notes trial: 30 days left'
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mooring.client.domain.errors import Refused
from mooring.testing.server import FakeServer

if TYPE_CHECKING:
    from mooring.client.app import App


def unactivated_app(server: FakeServer | None = None) -> App:
    """Return an App that was never activated."""
    return (server or FakeServer()).app()


def activated_app(server: FakeServer | None = None, **terms: object) -> App:
    """Return an App that is activated with a key of these ``terms`` (see `FakeServer.mint`)."""
    server = server or FakeServer()
    app = server.app()
    app.activate(server.mint(**terms))  # type: ignore[arg-type]
    return app


def trial_app(server: FakeServer | None = None) -> App:
    """Return an App whose trial has just begun."""
    app = unactivated_app(server)
    app.trial()
    return app


def grace_app(server: FakeServer | None = None) -> App:
    """Return an App that has not reached its server for three quarters of its offline period."""
    server = server or FakeServer()
    app = activated_app(server)
    server.clock.advance(days=23)
    return app


def expired_app(server: FakeServer | None = None) -> App:
    """Return an App that has not reached its server for longer than its offline period."""
    server = server or FakeServer()
    app = activated_app(server)
    server.clock.advance(days=30)
    return app


def revoked_app(server: FakeServer | None = None) -> App:
    """Return an App whose license was revoked, and which has learned of it."""
    server = server or FakeServer()
    app, key = server.app(), server.mint()
    app.activate(key)
    server.revoke(key)
    with suppress(Refused):
        app.renew()
    return app
