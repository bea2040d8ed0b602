from datetime import timedelta

import pytest

from mooring import InvalidCertificate, Refused, ServerUnreachable
from mooring.client.adapters.installation_key.key_file import MemoryKey
from mooring.client.adapters.store.memory_store import MemoryStore
from mooring.testing import FakeServer, a_computer

DAY = timedelta(days=1)


class Laptop:
    """An activated computer and everything around it."""

    def __init__(self):
        self.server = FakeServer()
        self.store, self.keys = MemoryStore(), MemoryKey()
        self.key = self.server.mint()
        self.app = self.server.app(store=self.store, keys=self.keys)
        self.app.activate(self.key)

    @property
    def state(self):
        return self.store.load().state

    def next_app(self):
        """The same installation in another process."""
        return self.server.app(store=self.store, keys=self.keys)

    def losing_the_next_answer(self, monkeypatch):
        """Let the server do its work, and the network lose what it says."""
        post = self.server.post

        def lose(*arguments, **options):
            post(*arguments, **options)
            monkeypatch.setattr(self.server, "post", post)
            raise ServerUnreachable("the connection ended before its answer was whole")

        monkeypatch.setattr(self.server, "post", lose)


@pytest.fixture
def laptop():
    return Laptop()


def test_a_renewal_brings_the_next_certificate(laptop):
    laptop.server.clock.advance(days=16)
    before = laptop.app.status()
    assert before.advice == ("link_before_hardware_change", "renew_soon")
    status = laptop.app.renew()
    assert status.certificate.sequence == before.certificate.sequence + 1
    assert status.certificate.issued_at == laptop.server.clock.now()
    assert status.advice == ("link_before_hardware_change",)
    assert laptop.state.high_water == laptop.server.clock.now()


def test_a_certificate_that_ended_may_still_renew(laptop):
    laptop.server.clock.advance(days=40)
    assert laptop.app.status().reason["code"] == "certificate_expired"
    assert laptop.app.renew().state == "activated"


def test_the_renewal_tells_sequence_hardware_and_version(laptop, monkeypatch):
    seen = []
    post = laptop.server.post
    monkeypatch.setattr(
        laptop.server,
        "post",
        lambda path, body, **rest: seen.append((path, body)) or post(path, body, **rest),
    )
    app = laptop.server.app(store=laptop.store, keys=laptop.keys, app_version="4.2")
    app.renew()
    [(path, body)] = seen
    assert path == f"/v1/activations/{laptop.app.status().activation}/renewals"
    assert body == {"sequence": 1, "hardware": laptop.app.hardware().profile.to_wire(), "app_version": "4.2"}


def test_a_certificate_fetched_by_another_process_will_do(laptop, monkeypatch):
    other = laptop.next_app()
    lock = laptop.store.lock
    done = []

    def renewed_while_waiting(*, seconds):
        if not done:
            done.append(True)
            other.renew()
        return lock(seconds=seconds)

    monkeypatch.setattr(laptop.store, "lock", renewed_while_waiting)
    laptop.app.renew()
    assert laptop.app.status().certificate.sequence == 2
    assert [path for _, path in laptop.server.requests].count(laptop.server.requests[-1][1]) == 1


def test_a_lost_answer_is_made_up_for(laptop, monkeypatch):
    laptop.losing_the_next_answer(monkeypatch)
    with pytest.raises(ServerUnreachable):
        laptop.app.renew()
    laptop.server.clock.advance(days=3)
    assert laptop.app.renew().activated


def test_a_repeated_certificate_is_presented_for_a_fresh_one(laptop, monkeypatch):
    """The server repeats what was lost, which by then is days old; that is no proof of a wrong clock."""
    laptop.server.clock.advance(days=1)
    answers = []
    post = laptop.server.post

    def keep_then_repeat(path, body, **options):
        answer = post(path, body, **options) if body["sequence"] == 2 or not answers else answers[0]
        answers.append(answer)
        if len(answers) == 1:
            raise ServerUnreachable("lost")
        return answer

    monkeypatch.setattr(laptop.server, "post", keep_then_repeat)
    with pytest.raises(ServerUnreachable):
        laptop.app.renew()
    laptop.server.clock.advance(days=5)
    status = laptop.app.renew()
    assert status.certificate.sequence == 3
    assert status.certificate.issued_at == laptop.server.clock.now()
    assert "certificate_rolled_back" not in status.advice


def test_an_older_certificate_that_came_back_is_told(laptop):
    snapshot = laptop.state
    laptop.app.renew()
    laptop.app.renew()
    laptop.store.save(snapshot)
    assert "certificate_rolled_back" in laptop.app.renew().advice
    assert "certificate_rolled_back" not in laptop.app.renew().advice


def test_an_old_answer_replayed_is_refused(laptop, monkeypatch):
    answers = []
    post = laptop.server.post
    monkeypatch.setattr(laptop.server, "post", lambda *a, **o: answers.append(post(*a, **o)) or answers[-1])
    laptop.app.renew()
    laptop.app.renew()
    monkeypatch.setattr(laptop.server, "post", lambda *_, **__: answers[0])
    before = laptop.state
    with pytest.raises(InvalidCertificate) as caught:
        laptop.app.renew()
    assert caught.value.why == "sequence"
    monkeypatch.setattr(laptop.server, "post", lambda *_, **__: answers[1])
    with pytest.raises(InvalidCertificate):  # the one that is held is no successor of itself
        laptop.app.renew()
    assert laptop.state == before


def test_the_certificate_of_another_activation_is_refused(laptop, monkeypatch):
    other = laptop.server.app(keys=laptop.keys, store=(store := MemoryStore()))
    other.activate(laptop.server.mint())
    other.renew()
    answer = {"certificate": store.load().state.certificate}
    monkeypatch.setattr(laptop.server, "post", lambda *_, **__: answer)
    with pytest.raises(InvalidCertificate) as caught:
        laptop.app.renew()
    assert caught.value.why == "activation"


@pytest.mark.parametrize(("act", "code"), [("revoke", "license_revoked"), ("suspend", "license_suspended")])
def test_a_signed_status_list_takes_the_activation_away_and_is_remembered(laptop, act, code):
    getattr(laptop.server, act)(laptop.key)
    assert laptop.app.status().activated  # nobody has told it yet
    with pytest.raises(Refused) as caught:
        laptop.app.renew()
    assert caught.value.code == code
    for app in (laptop.app, laptop.next_app()):
        assert app.status().reason["code"] == code
        assert app.status().license is not None
    laptop.server.go_offline()
    assert not laptop.app.status().activated


def test_a_seat_that_was_freed_elsewhere_is_not_called_a_revoked_license(laptop):
    activation = laptop.app.status().activation
    laptop.server.delete(
        f"/v1/activations/{activation}",
        key=laptop.app._wiring.keys.load(),
        deadline=laptop.server.clock.deadline(1),
    )
    with pytest.raises(Refused) as caught:
        laptop.app.renew()
    assert caught.value.code == "device_unknown"
    assert laptop.next_app().status().reason["code"] == "device_unknown"
    assert laptop.app.activate(laptop.key).activated


def test_a_reinstated_license_comes_back_by_renewing(laptop):
    laptop.server.suspend(laptop.key)
    with pytest.raises(Refused):
        laptop.app.renew()
    laptop.server.reinstate(laptop.key)
    laptop.server.clock.advance(seconds=60)
    assert laptop.app.renew().state == "activated"
    assert laptop.state.status_list is None


def test_a_reinstated_license_comes_back_in_the_same_second(laptop):
    laptop.server.suspend(laptop.key)
    with pytest.raises(Refused):
        laptop.app.renew()
    laptop.server.reinstate(laptop.key)
    assert laptop.app.renew().state == "activated"


@pytest.mark.parametrize("code", ["license_revoked", "license_suspended", "device_unknown"])
def test_a_refusal_that_no_list_confirms_takes_nothing_away(laptop, code):
    laptop.server.refuse_everything(code)
    before = laptop.state
    with pytest.raises(Refused) as caught:
        laptop.app.renew()
    assert caught.value.code == code
    assert laptop.state == before
    assert laptop.app.status().activated


@pytest.mark.parametrize(
    "code", ["hardware_changed", "rate_limited", "device_proof_invalid", "possible_clone", "unheard_of"]
)
def test_any_other_refusal_asks_for_no_list(laptop, code):
    laptop.server.revoke(laptop.key)
    laptop.server.refuse_everything(code)
    with pytest.raises(Refused) as caught:
        laptop.app.renew()
    assert caught.value.code == code
    assert not [path for method, path in laptop.server.requests if method == "GET"]
    assert laptop.app.status().activated


def test_an_old_status_list_replayed_changes_nothing(laptop, monkeypatch):
    laptop.server.revoke(laptop.key)
    innocent = FakeServer.get
    with pytest.raises(Refused):
        laptop.app.renew()
    newest = laptop.state.status_list
    laptop.server.clock.advance(days=-1)
    laptop.server.reinstate(laptop.key)
    laptop.server._ledger.licenses[0].revoked = False
    old = innocent(laptop.server, "/v1/status-lists/1", deadline=laptop.server.clock.deadline(1))
    laptop.server._ledger.licenses[0].revoked = True
    laptop.server.clock.advance(days=1)
    monkeypatch.setattr(laptop.server, "get", lambda *_, **__: old)
    with pytest.raises(Refused):
        laptop.app.renew()
    assert laptop.state.status_list == newest
    assert laptop.app.status().reason["code"] == "license_revoked"


def test_other_hardware_is_told_and_the_groups_named(laptop):
    other = {**a_computer("desktop"), "cpu_id": a_computer()["cpu_id"]}
    copied = laptop.server.app(store=laptop.store, keys=laptop.keys, hardware=other)
    reason = copied.status().reason
    assert reason["code"] == "hardware_changed"
    assert reason["differs"] == ["platform", "storage", "network", "installation"]
    with pytest.raises(Refused) as caught:
        copied.renew()
    assert caught.value.code == "hardware_changed"
    assert laptop.app.status().activated


def test_hardware_drifts_along(laptop):
    computer = a_computer()
    for component in ("root_disk_serial", "mac_addresses", "machine_id"):
        computer = {**computer, component: a_computer(component)[component]}
        app = laptop.server.app(store=laptop.store, keys=laptop.keys, hardware=computer)
        assert app.renew().activated


class TestClock:
    def test_set_back_a_day_is_forgiven(self, laptop):
        laptop.server.clock.set(laptop.server.clock.now() - DAY)
        assert laptop.app.status().state == "activated"

    def test_set_back_more_is_told(self, laptop):
        laptop.server.clock.set(laptop.server.clock.now() - DAY - timedelta(seconds=1))
        assert laptop.app.status().reason["code"] == "clock_wrong"

    def test_time_that_was_seen_does_not_come_back(self, laptop):
        laptop.server.clock.advance(days=10)
        assert laptop.app.status().state == "activated"
        laptop.server.clock.set(laptop.server.clock.now() - 2 * DAY)
        assert laptop.app.status().reason["code"] == "clock_wrong"
        assert laptop.next_app().status().reason["code"] == "clock_wrong"

    def test_the_mark_is_written_once_an_hour(self, laptop, monkeypatch):
        saves = []
        monkeypatch.setattr(laptop.store, "save", saves.append)
        laptop.server.clock.advance(seconds=3599)
        laptop.app.status()
        assert saves == []
        laptop.server.clock.advance(seconds=1)
        laptop.app.status()
        assert [each.high_water for each in saves] == [laptop.server.clock.now()]

    def test_the_mark_waits_for_whoever_is_renewing(self, laptop, monkeypatch):
        laptop.server.clock.advance(days=1)
        before = laptop.state
        with laptop.store.lock(seconds=0):
            laptop.app.status()
        assert laptop.state == before

    def test_the_mark_never_goes_over_a_newer_certificate(self, laptop, monkeypatch):
        laptop.server.clock.advance(days=1)
        lock = laptop.store.lock
        newer = laptop.state._replace(min_epoch=9)

        def changed_meanwhile(*, seconds):
            laptop.store._state = newer
            return lock(seconds=seconds)

        monkeypatch.setattr(laptop.store, "lock", changed_meanwhile)
        laptop.app.status()
        assert laptop.state == newer

    def test_a_clock_that_showed_2099_is_healed_by_a_renewal(self, laptop):
        right = laptop.server.clock.now()
        laptop.server.clock.set(right.replace(year=2099))
        assert laptop.app.status().reason["code"] == "certificate_expired"
        laptop.server.clock.set(right)
        assert laptop.app.status().reason["code"] == "clock_wrong"
        assert laptop.app.renew().state == "activated"

    @pytest.mark.parametrize(
        "off", [DAY + timedelta(seconds=1), -DAY - timedelta(seconds=1), 400 * DAY, -400 * DAY]
    )
    def test_wrong_on_arrival_nothing_is_taken(self, laptop, off):
        from mooring.testing import FakeClock

        store = MemoryStore()
        app = laptop.server.app("desktop", store=store, clock=FakeClock(laptop.server.clock.now() + off))
        with pytest.raises(Refused) as caught:
            app.activate(laptop.server.mint())
        assert caught.value.code == "clock_wrong"
        assert store.load().state.certificate is None

    @pytest.mark.parametrize("off", [DAY, -DAY, timedelta(0)])
    def test_a_day_off_on_arrival_is_forgiven(self, laptop, off):
        from mooring.testing import FakeClock

        app = laptop.server.app("desktop", clock=FakeClock(laptop.server.clock.now() + off))
        assert app.activate(laptop.server.mint()).activated

    def test_a_server_once_in_2099_harms_nobody(self, laptop):
        from mooring.testing import FakeClock

        own = FakeClock(laptop.server.clock.now())
        app = laptop.server.app(store=laptop.store, keys=laptop.keys, clock=own)
        laptop.server.clock.set(own.now().replace(year=2099))
        before = laptop.state
        with pytest.raises(Refused) as caught:
            app.renew()
        assert caught.value.code == "clock_wrong"
        assert laptop.state == before
        laptop.server.clock.set(own.now())
        assert app.renew().state == "activated"


def test_the_highest_min_epoch_is_remembered(laptop):
    assert laptop.state.min_epoch == 1
    laptop.store.save(laptop.state._replace(min_epoch=2))
    reason = laptop.app.status().reason
    assert (reason["code"], reason["why"]) == ("certificate_invalid", "statement_epoch")


def test_a_certificate_that_ends_before_this_computers_time_is_not_taken(laptop):
    from mooring.testing import FakeClock

    ahead = FakeClock(laptop.server.clock.now() + timedelta(hours=20))
    app = laptop.server.app("desktop", store=(store := MemoryStore()), clock=ahead)
    with pytest.raises(InvalidCertificate) as caught:
        app.activate(laptop.server.mint(valid_days=0.5))
    assert caught.value.why == "expired"
    assert store.load().state.certificate is None


@pytest.mark.parametrize("verb", ["renew", "deactivate"])
def test_an_installation_in_use_elsewhere_is_left(laptop, verb):
    laptop.app._timeout = 0.02
    before = len(laptop.server.requests)
    with laptop.store.lock(seconds=0), pytest.raises(ServerUnreachable) as caught:
        getattr(laptop.app, verb)()
    assert "another program" in caught.value.cause
    assert len(laptop.server.requests) == before
