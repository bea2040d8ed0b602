from itertools import product

import pytest

from mooring import InvalidCertificate, Refused, ServerUnreachable
from mooring.client.adapters.installation_key.key_file import MemoryKey
from mooring.client.adapters.store.memory_store import MemoryStore
from mooring.core.product_key import ALPHABET, parse_product_key
from mooring.core.refusals import KeyMalformed
from mooring.testing import FakeServer, a_computer, activated_app, unactivated_app


@pytest.fixture
def server():
    return FakeServer()


def a_key_ending_like(key):
    """Return another well-formed key with the same last five symbols: it differs in four before them."""
    symbols = parse_product_key(key).symbols
    first = next(each for each in ALPHABET if each != symbols[10])
    for second, third in product(ALPHABET, repeat=2):
        try:
            parse_product_key(symbols[:10] + first + second + third + symbols[13:])
        except KeyMalformed as mistyped:
            if (mistyped.group, mistyped.position) == (3, 4):
                return mistyped.suggestion
    raise AssertionError("the code has words of every four places")


def sent(server, monkeypatch):
    """Collect the bodies that reach the server."""
    bodies = []
    post = server.post

    def watching(path, body, **options):
        bodies.append((path, dict(body)))
        return post(path, body, **options)

    monkeypatch.setattr(server, "post", watching)
    return bodies


def test_a_key_activates(server):
    app = server.app()
    status = app.activate(server.mint())
    assert (status.state, status.method, status.edition) == ("activated", "digital_license", "pro")
    assert status.entitlements == ("export-pdf", "sync")
    assert status.locked == ()
    assert status == app.status()


def test_the_request_is_the_one_that_privacy_preview_shows(server, monkeypatch):
    bodies = sent(server, monkeypatch)
    app, key = server.app(), server.mint()
    preview = app.privacy_preview(key)
    assert server.requests == []
    app.activate(key)
    assert bodies == [("/v1/activations", preview)]
    assert preview == {
        "product": "harbor-notes",
        "product_key": key,
        "hardware": app.hardware().profile.to_wire(),
        "device": {"platform": "linux", "os_version": "6.1"},
        "environment": "computer",
    }


def test_a_preview_makes_no_key_and_changes_nothing(server):
    store, keys = MemoryStore(), MemoryKey()
    app = server.app(store=store, keys=keys)
    assert "product_key" not in app.privacy_preview()
    assert keys.load() is None
    assert store.load().state.certificate is None


def test_a_mistyped_key_is_never_sent(server):
    with pytest.raises(Refused) as caught:
        server.app().activate("BCDFG-HJKMN-PQRTV-WXY23-46788")
    assert caught.value.code == "key_malformed"
    assert caught.value.members == {"group": 5, "position": 5, "suggestion": "BCDFG-HJKMN-PQRTV-WXY23-46789"}
    assert server.requests == []


@pytest.mark.parametrize("key", ["", " ", "-----"])
def test_an_empty_key_is_not_the_same_as_no_key(server, key):
    with pytest.raises(Refused) as caught:
        server.app().activate(key)
    assert caught.value.code == "key_malformed"


def test_without_a_key_the_hardware_is_recognized_after_a_reinstall(server):
    server.app("laptop").activate(server.mint())
    assert server.app("laptop").activate().state == "activated"
    with pytest.raises(Refused) as caught:
        server.app("desktop").activate()
    assert caught.value.code == "no_digital_license"


def test_another_key_replaces_the_activation_in_one_step(server, monkeypatch):
    app, first, second = server.app(), server.mint(), server.mint(channel="volume")
    before = app.activate(first)
    bodies = sent(server, monkeypatch)
    after = app.activate(second)
    assert bodies[0][1]["replaces"] == before.activation
    assert after.method == "organization"
    assert server.app("desktop").activate(first).activated  # its seat is free


def test_the_same_key_again_replaces_nothing(server, monkeypatch):
    app, key = server.app(), server.mint()
    first = app.activate(key)
    bodies = sent(server, monkeypatch)
    assert app.activate(key).activation == first.activation
    assert "replaces" not in bodies[0][1]


def test_the_same_key_again_is_told_from_another_with_the_same_last_five(server, monkeypatch):
    app, key = server.app(), server.mint()
    before = app.activate(key)
    bodies = sent(server, monkeypatch)
    other = a_key_ending_like(key)
    with pytest.raises(Refused) as caught:
        app.activate(other)
    assert caught.value.code == "key_unknown"
    assert bodies[0][1]["replaces"] == before.activation


def test_an_activation_that_no_longer_counts_is_replaced_as_well(server, monkeypatch):
    app = server.app()
    before = app.activate(server.mint())
    server.clock.advance(days=31)
    bodies = sent(server, monkeypatch)
    app.activate(server.mint())
    assert bodies[0][1]["replaces"] == before.activation


def test_an_activation_whose_key_is_not_known_is_named_and_kept_if_it_is_the_same(server, monkeypatch):
    app, key = server.app(), server.mint()
    server.app().activate(key)
    before = app.activate()  # recognized by its hardware
    bodies = sent(server, monkeypatch)
    assert app.activate(key).activation == before.activation
    assert bodies[0][1]["replaces"] == before.activation
    app.renew()
    assert app.activate(key).activated
    assert "replaces" not in bodies[-1][1]


def test_a_certificate_of_another_installation_replaces_nothing(server):
    store = MemoryStore()
    server.app(store=store).activate(server.mint())
    copy = server.app(store=store, keys=MemoryKey())
    assert "replaces" not in copy.privacy_preview(server.mint())


def test_the_key_itself_is_not_kept(server):
    app, key = server.app(store=(store := MemoryStore())), server.mint()
    app.activate(key)
    mark = store.load().state.key_mark
    assert len(mark) == 43
    assert key.replace("-", "") not in str(store.load().state)
    other = server.mint()
    app.activate(other)
    assert store.load().state.key_mark != mark
    app.deactivate()
    assert store.load().state.key_mark is None


def test_another_way_to_the_same_license_keeps_what_is_known_of_its_key(server):
    app, key = server.app(store=(store := MemoryStore())), server.mint()
    app.activate(key)
    mark = store.load().state.key_mark
    app.activate()
    assert store.load().state.key_mark == mark


def test_a_refused_replacement_leaves_the_old_activation(server):
    store = MemoryStore()
    app = server.app(store=store)
    app.activate(server.mint())
    taken = server.mint()
    server.app("desktop").activate(taken)
    before = store.load()
    with pytest.raises(Refused) as caught:
        app.activate(taken)
    assert caught.value.code == "seat_limit_reached"
    assert caught.value.members["seats"] == 1
    assert store.load() == before
    assert app.status().activated


def test_another_license_of_an_account_replaces_the_activation(server):
    app = activated_app(server)
    held = app.status()
    prepare = app._wiring.prepare_activation
    from mooring.client.use_cases.activate import Claim

    profile = app.hardware().profile
    assert prepare(Claim(license="lic_other"), profile)["replaces"] == held.activation
    assert prepare(Claim(license="lic_other", edition="pro"), profile)["edition"] == "pro"
    assert prepare(Claim(license="lic_other"), profile)["license_id"] == "lic_other"
    assert "replaces" not in prepare(Claim(license=held.license.id), profile)
    assert "replaces" not in prepare(Claim(trial=True), profile)


def test_a_trial_starts_once(server, monkeypatch):
    bodies = sent(server, monkeypatch)
    app = unactivated_app(server)
    status = app.trial()
    assert (status.method, status.sentence) == ("trial", "Harbor Notes trial: 30 days left")
    assert bodies[0][1]["trial"] is True
    assert bodies[0][1]["edition"] == "pro"
    with pytest.raises(Refused) as caught:
        server.app("laptop").trial()
    assert caught.value.code == "trial_already_used"


def test_weak_hardware_is_told(server):
    app = server.app(
        hardware={"cpu_id": "GenuineIntel/6/158/10", "machine_id": "0123456789abcdef0123456789abcdef"}
    )
    status = app.activate(server.mint())
    assert status.method == "product_key"
    assert "weak_hardware" in status.advice


@pytest.mark.parametrize("certificate", [None, 5, "", "a.b.c", "x" * 20_000])
def test_an_answer_without_a_good_certificate_changes_nothing(server, monkeypatch, certificate):
    store = MemoryStore()
    app = server.app(store=store)
    monkeypatch.setattr(server, "post", lambda *_, **__: {"certificate": certificate})
    with pytest.raises(InvalidCertificate) as caught:
        app.activate(server.mint())
    assert caught.value.why
    assert store.load().state.certificate is None


def test_a_certificate_for_another_computer_is_refused(server, monkeypatch):
    keys, store = MemoryKey(), MemoryStore()
    app = server.app("laptop", keys=keys, store=store)
    elsewhere = MemoryStore()
    server.app("desktop", keys=keys, store=elsewhere).activate(server.mint())
    text = elsewhere.load().state.certificate
    monkeypatch.setattr(server, "post", lambda *_, **__: {"certificate": text})
    with pytest.raises(InvalidCertificate) as caught:
        app.activate()
    assert caught.value.why == "hardware_changed"
    assert store.load().state.certificate is None


def test_a_certificate_for_another_key_is_refused(server, monkeypatch):
    elsewhere = MemoryStore()
    server.app("laptop", store=elsewhere).activate(server.mint())
    text = elsewhere.load().state.certificate
    monkeypatch.setattr(server, "post", lambda *_, **__: {"certificate": text})
    with pytest.raises(InvalidCertificate) as caught:
        server.app("laptop").activate()
    assert caught.value.why == "installation"


def test_an_installation_in_use_elsewhere_is_waited_for_and_then_left(server):
    store = MemoryStore()
    app = server.app(store=store)
    app._timeout = 0.02
    with store.lock(seconds=0), pytest.raises(ServerUnreachable) as caught:
        app.activate(server.mint())
    assert "another program" in caught.value.cause
    assert server.requests == []


def test_deactivating_frees_the_seat(server):
    key, store = server.mint(), MemoryStore()
    app = server.app(store=store)
    app.activate(key)
    status = app.deactivate()
    assert (status.state, status.reason["code"]) == ("not_activated", "no_digital_license")
    assert status.license is None
    assert store.load().state.min_epoch == 1
    assert server.app("desktop").activate(key).activated


def test_deactivating_what_the_server_no_longer_knows_is_done(server):
    app = activated_app(server)
    server.refuse_everything("device_unknown")
    assert not app.deactivate().activated


@pytest.mark.parametrize("trouble", ["refused", "offline"])
def test_a_deactivation_that_fails_changes_nothing(server, trouble):
    app = activated_app(server)
    if trouble == "refused":
        server.refuse_everything("rate_limited", retry_after=7)
    else:
        server.go_offline()
    with pytest.raises((Refused, ServerUnreachable)):
        app.deactivate()
    assert app.status().activated


@pytest.mark.parametrize("verb", ["renew", "deactivate", "inspect_certificate"])
def test_what_needs_an_activation_says_so(server, verb):
    from mooring.client.domain.errors import NotActivated

    with pytest.raises(NotActivated):
        getattr(unactivated_app(server), verb)()


def test_an_installation_that_lost_its_key_must_activate_again(server):
    store = MemoryStore()
    server.app(store=store).activate(server.mint())
    app = server.app(store=store, keys=MemoryKey(), hardware=a_computer())
    assert app.status().reason["code"] == "certificate_invalid"
    from mooring.client.domain.errors import NotActivated

    for verb in (app.renew, app.deactivate):
        with pytest.raises(NotActivated):
            verb()
