import doctest

import pytest

from mooring import Refused, testing
from mooring.testing import FakeServer, activated_app, clock, computers, ready_states


@pytest.mark.parametrize("module", [testing, clock, computers, ready_states])
def test_the_examples_are_true(module):
    failed, tried = doctest.testmod(module)
    assert failed == 0
    assert tried > 0


def test_everything_public_is_there():
    assert all(hasattr(testing, name) for name in testing.__all__)


def test_terms_are_those_of_the_key():
    server = FakeServer()
    app = activated_app(server, channel="oem", valid_days=10, entitlements=["sync"], seats=2)
    status = app.status()
    assert status.license.channel == "oem"
    assert not status.can_move.allowed
    assert status.entitlements == ("sync",)
    server.clock.advance(days=10)
    with pytest.raises(Refused) as caught:
        app.renew()
    assert caught.value.code == "license_expired"


def test_a_linked_license_needs_no_advice():
    server = FakeServer()
    app, key = server.app(), server.mint()
    app.activate(key)
    server.link(key)
    assert app.renew().advice == ()
    assert app.status().linked


def test_an_unknown_key_is_refused():
    with pytest.raises(Refused) as caught:
        FakeServer().app().activate("99999-99999-99999-99999-99999")
    assert caught.value.code == "key_unknown"
    with pytest.raises(ValueError, match="not minted here"):
        FakeServer().revoke("99999-99999-99999-99999-99999")
