import logging
from datetime import timedelta

import pytest

from mooring.client.use_cases.keep_fresh import KeepFresh
from mooring.testing import FakeServer, activated_app, unactivated_app

MIDDLE = 0.5
HOUR = 3600.0


class Keeper:
    """A background that a test turns by hand."""

    def __init__(self, app, server, jitter=MIDDLE):
        self.app, self.server = app, server
        self.jitter, self.told, self.logged = jitter, [], []
        self.look = KeepFresh(
            read_status=app._wiring.read_status,
            renew=lambda: app._wiring.renew,
            clock=server.clock,
            jitter=lambda: self.jitter,
            timeout=15,
            tell=self.told.append,
            log=self.logged.append,
        )

    @property
    def sequence(self):
        return self.app.status().certificate.sequence


@pytest.fixture
def server():
    return FakeServer()


@pytest.fixture
def keeper(server):
    return Keeper(activated_app(server), server)


def test_looks_every_hour_until_the_renewal_is_near(keeper, server):
    assert keeper.look() == HOUR
    server.clock.advance(days=15 + 1.875)
    server.clock.advance(seconds=-10)
    assert keeper.look() == 10
    assert keeper.sequence == 1


@pytest.mark.parametrize(("jitter", "days"), [(0.0, 15.0), (0.5, 16.875), (1.0, 18.75)])
def test_renewals_spread_over_the_first_half_before_the_grace_period(server, jitter, days):
    keeper = Keeper(activated_app(server), server, jitter)
    server.clock.advance(days=days, seconds=-1)
    assert keeper.look() == 1
    assert keeper.sequence == 1
    server.clock.advance(seconds=1)
    assert keeper.look() == 0
    assert keeper.sequence == 2


def test_waits_for_an_activation(server):
    keeper = Keeper(unactivated_app(server), server)
    assert keeper.look() == HOUR
    assert server.requests == []


def test_an_outage_is_tried_again_ever_more_rarely(keeper, server):
    server.clock.advance(days=20)
    server.go_offline()
    pauses = []
    for _ in range(11):
        keeper.look()
        pauses.append(keeper.look._pause.remaining)
        server.clock.advance(seconds=pauses[-1] + 1)
    assert pauses[:3] == [75, 150, 300]
    assert pauses[-1] == pauses[-2] == 6 * HOUR * 1.25
    assert keeper.app.status().state == "activated"
    server.come_back()
    assert keeper.look() == 0
    assert keeper.sequence == 2
    assert keeper.logged[0] == "renewal failed (service_unavailable)"


def test_no_try_comes_before_its_pause_is_over(keeper, server):
    server.clock.advance(days=20)
    server.go_offline()
    assert keeper.look() == 75
    server.come_back()
    server.clock.advance(seconds=74)
    assert keeper.look() == 1
    assert keeper.sequence == 1
    server.clock.advance(seconds=1)
    assert keeper.look() == 0
    assert keeper.sequence == 2


def test_a_refusal_is_not_tried_again_for_hours(keeper, server):
    server.clock.advance(days=20)
    server.refuse_everything("hardware_changed")
    assert keeper.look() == HOUR
    assert keeper.look._pause.remaining == 6 * HOUR * 1.25
    assert keeper.app.status().activated


def test_the_pause_that_the_server_asks_for_is_kept(keeper, server):
    server.clock.advance(days=20)
    server.refuse_everything("rate_limited", retry_after=40_000)
    keeper.look()
    assert keeper.look._pause.remaining == 40_000 * 1.25


def test_an_ended_or_suspended_license_is_asked_after(server):
    app, key = server.app(), server.mint()
    app.activate(key)
    keeper = Keeper(app, server)
    server.suspend(key)
    server.clock.advance(days=20)
    keeper.look()
    assert app.status().reason["code"] == "license_suspended"
    server.reinstate(key)
    server.clock.advance(days=1)
    assert keeper.look() == 0
    assert app.status().activated
    assert [status.state for status in keeper.told] == ["activated", "not_activated", "activated"]


def test_a_certificate_that_somebody_else_fetched_begins_anew(keeper, server):
    server.clock.advance(days=20)
    server.go_offline()
    keeper.look()
    server.come_back()
    keeper.app.renew()
    assert keeper.look() == HOUR
    assert keeper.look._pause is None


class TestInTheBackground:
    def test_renews_without_being_asked_and_tells(self, server):
        import threading

        app, told = activated_app(server), threading.Event()
        app.on_change(lambda status: told.set() if status.certificate.sequence == 2 else None)
        server.clock.advance(days=20)
        app.keep_fresh()
        app.keep_fresh()  # twice is once
        assert told.wait(10)
        assert sum(thread.name == "mooring-keep-fresh" for thread in threading.enumerate()) == 1
        app.close()
        assert not app._background.running
        app.close()

    def test_goes_on_after_it_was_closed(self, server):
        app = activated_app(server)
        app.keep_fresh()
        app.close()
        app.keep_fresh()
        assert app._background.running
        app.close()

    def test_an_activation_wakes_it(self, server, monkeypatch):
        app = unactivated_app(server)
        app.keep_fresh()
        woken = []
        monkeypatch.setattr(app._background, "wake", lambda: woken.append(True))
        app.activate(server.mint())
        assert woken == [True]
        app.close()

    def test_never_raises(self, server, monkeypatch, caplog):
        import threading

        from mooring.client.adapters.system.background import Background
        from mooring.client.adapters.system.log import log

        ran = threading.Event()

        def fault():
            ran.set()
            raise ZeroDivisionError

        with caplog.at_level(logging.INFO, "mooring"):
            background = Background(fault, log)
            background.start()
            assert ran.wait(10)
            background.stop()
        assert "ZeroDivisionError" in caplog.text


class TestOnChange:
    def test_tells_each_change_once(self, server):
        app, told = server.app(), []
        app.on_change(lambda status: told.append(status.state))
        app.activate(server.mint())
        app.deactivate()
        assert told == ["activated", "not_activated"]

    def test_days_that_pass_are_no_change(self, server):
        app, told = activated_app(server), []
        app.on_change(told.append)
        keeper = Keeper(app, server)
        keeper.look = KeepFresh(
            read_status=app._wiring.read_status,
            renew=lambda: app._wiring.renew,
            clock=server.clock,
            jitter=lambda: MIDDLE,
            timeout=15,
            tell=app._tell,
            log=keeper.logged.append,
        )
        for _ in range(3):
            server.clock.advance(days=1)
            keeper.look()
        assert told == []

    def test_can_be_taken_off(self, server):
        app, told = server.app(), []
        take_off = app.on_change(told.append)
        take_off()
        take_off()
        app.activate(server.mint())
        assert told == []

    def test_a_callback_that_raises_undoes_nothing(self, server, caplog):
        app, told = server.app(), []
        app.on_change(lambda status: 1 / 0)
        app.on_change(lambda status: told.append(status.state))
        with caplog.at_level(logging.INFO, "mooring"):
            assert app.activate(server.mint()).activated
        assert told == ["activated"]
        assert "ZeroDivisionError" in caplog.text


def test_the_pauses(server):
    from mooring.client.domain.due import pause_after_failure, renewal_due_at

    def pause(failures, **changes):
        return pause_after_failure(failures, 0.0, **{"refused": False, "retry_after": None, **changes})

    assert [pause(each) for each in (1, 2, 9, 10, 1000)] == [60, 120, 15360, 21600, 21600]
    assert pause(1, refused=True) == 21600
    assert pause(1, retry_after=59) == 60
    assert pause(1, retry_after=61) == 61
    assert pause(1, refused=True, retry_after=21601) == 21601
    times = activated_app(server).status().certificate
    assert renewal_due_at(times, 0.0) == times.renew_at
    assert renewal_due_at(times, 1.0) == times.renew_at + timedelta(days=3.75)
