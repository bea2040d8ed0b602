"""For a publisher's own tests: an activation server in the same process, and Apps in ready states.

>>> from mooring.testing import FakeServer
>>> server = FakeServer(name="Harbor Notes", entitlements=["export-pdf"])
>>> app = server.app()
>>> app.status().sentence
'Harbor Notes is not activated'
>>> app.activate(server.mint()).sentence
'Harbor Notes is activated with a digital license'
>>> app.allows("export-pdf")
True

What happens to customers can be made to happen: a revoked license, an outage, months without a network.

>>> server.go_offline()
>>> app.renew()
Traceback (most recent call last):
    ...
mooring.client.domain.errors.ServerUnreachable: The activation service cannot be reached: it is offline.
>>> server.clock.advance(days=25)
>>> app.status().state
'grace'
>>> server.clock.advance(days=25)
>>> app.status().reason["code"]
'certificate_expired'

A person sits before each computer, signs in when the program asks, and changes hardware.

>>> server = FakeServer()
>>> app = server.app("laptop")
>>> _ = app.activate(server.mint())
>>> app.sign_in().signed_in.masked
'm•••@o•••.example'
>>> app.link().sentence
'Harbor Notes is activated with a digital license linked to your account'
>>> new = server.app("new laptop")
>>> _ = new.sign_in()
>>> new.reactivate(new.candidates()[0].device.id).activated
True

Everything is real but the network and the clock: keys are made, certificates are signed and verified.
"""

from mooring.testing.clock import FakeClock
from mooring.testing.computers import a_computer
from mooring.testing.ready_states import (
    activated_app,
    expired_app,
    grace_app,
    revoked_app,
    trial_app,
    unactivated_app,
)
from mooring.testing.server import FakeServer

__all__ = [
    "FakeClock",
    "FakeServer",
    "a_computer",
    "activated_app",
    "expired_app",
    "grace_app",
    "revoked_app",
    "trial_app",
    "unactivated_app",
]
