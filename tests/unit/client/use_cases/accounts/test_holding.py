"""Linking, listing, freeing and reactivating, as a person who signed in does."""

import pytest

from mooring import InvalidCertificate, Refused, ServerUnreachable
from mooring.client.adapters.store.memory_store import MemoryStore
from mooring.client.domain.errors import NotActivated
from mooring.testing import FakeServer, a_computer

OLE = "ole@harbor.example"


@pytest.fixture
def server():
    return FakeServer()


def refused(work, *given):
    with pytest.raises(Refused) as caught:
        work(*given)
    return caught.value.code


def signed_in(server, computer="laptop", *, key=None, **options):
    app = server.app(computer, **options)
    if key is not None:
        app.activate(key)
    app.sign_in()
    return app


class TestLinking:
    def test_the_sentence_changes_and_changes_back(self, server):
        app = signed_in(server, key=server.mint())
        assert "link_before_hardware_change" in app.status().advice
        status = app.link()
        assert status.sentence == "Harbor Notes is activated with a digital license linked to your account"
        assert status.holder.masked == "m•••@o•••.example"
        assert status.advice == ()
        status = app.unlink()
        assert status.sentence == "Harbor Notes is activated with a digital license"
        assert (status.linked, status.holder) == (False, None)
        assert "certificate_rolled_back" not in status.advice

    def test_without_the_key_it_is_provisional_and_the_device_says_so(self, server):
        key = server.mint()
        server.app().activate(key)
        app = server.app()
        app.activate()
        app.sign_in()
        assert app.link().advice == ("link_unconfirmed",)
        server.clock.advance(days=14)
        assert "link_unconfirmed" not in app.status().advice

    def test_with_the_key_it_is_final_at_once(self, server):
        key = server.mint()
        server.app().activate(key)
        app = server.app()
        app.activate()
        app.sign_in()
        assert app.link(key.lower()).advice == ()

    def test_a_key_typed_while_linking_is_known_again(self, server):
        key, store = server.mint(), MemoryStore()
        server.app().activate(key)
        app = server.app(store=store)
        app.activate()
        app.sign_in()
        app.link(key)
        assert store.load().state.key_mark is not None

    def test_a_mistyped_key_is_never_sent(self, server):
        app = signed_in(server, key=server.mint())
        before = len(server.requests)
        assert refused(app.link, "BCDFG") == "key_malformed"
        assert len(server.requests) == before

    def test_it_asks_for_a_sign_in_and_for_an_activation(self, server):
        app = server.app()
        for verb in (app.link, app.unlink):
            with pytest.raises(NotActivated):
                verb()
        app.activate(server.mint())
        assert refused(app.link) == "sign_in_required"

    def test_anybody_here_may_refuse_a_holder_who_is_not_confirmed(self, server):
        key = server.mint()
        server.app().activate(key)
        app = server.app()
        app.activate()
        app.sign_in()
        app.link()
        app.sign_out()
        assert not app.unlink().linked

    def test_a_confirmed_holder_is_asked(self, server):
        app = signed_in(server, key=server.mint())
        app.link()
        app.sign_out()
        assert refused(app.unlink) == "sign_in_required"
        server.person = OLE
        app.sign_in()
        assert refused(app.unlink) == "not_license_holder"
        assert refused(app.link) == "already_linked"

    def test_an_organizations_license_stays_with_it(self, server):
        app = signed_in(server, key=server.mint(channel="volume"))
        assert refused(app.link) == "link_not_allowed"
        assert app.status().activated

    def test_a_certificate_of_the_past_is_not_taken(self, server, monkeypatch):
        store = MemoryStore()
        app = signed_in(server, key=server.mint(), store=store)
        old = store.load().state.certificate
        monkeypatch.setattr(server, "ask", lambda *_, **__: {"certificate": old})
        with pytest.raises(InvalidCertificate) as caught:
            app.link()
        assert caught.value.why == "sequence"

    def test_an_installation_in_use_elsewhere_is_waited_for(self, server):
        store = MemoryStore()
        app = signed_in(server, key=server.mint(), store=store)
        app._timeout = 0.02
        with store.lock(seconds=0), pytest.raises(ServerUnreachable):
            app.link()


class TestTheKeyOfALinkedLicense:
    def test_it_opens_nothing_new_without_the_holder(self, server):
        key = server.mint(seats=2)
        server.link(key)
        app = server.app("desktop")
        assert refused(app.activate, key) == "sign_in_required"
        server.person = OLE
        app.sign_in()
        assert refused(app.activate, key) == "not_license_holder"
        server.person = "mia@outlook.example"
        app.sign_in()
        assert app.activate(key).linked

    def test_a_sign_in_that_ended_does_not_keep_anybody_from_activating(self, server):
        app = signed_in(server)
        server.end_sign_ins()
        assert app.activate(server.mint()).activated
        assert app.status().signed_in is None

    def test_a_license_of_the_account_needs_no_key(self, server):
        key = server.mint()
        server.link(key)
        app = signed_in(server)
        (mine,) = app.licenses()
        assert app.activate(license=mine.license.id).activated
        assert refused(server.app("desktop").activate, None) == "no_digital_license"
        with pytest.raises(Refused) as caught:
            server.app("desktop").activate(license=mine.license.id)
        assert caught.value.code == "sign_in_required"


class TestLookingAfterDevices:
    def test_the_account_sees_its_devices_and_licenses(self, server):
        key = server.mint(seats=2)
        app = signed_in(server, key=key)
        app.link()
        (device,) = app.devices()
        assert device.device.name == "amber-heron"
        assert device.licenses[0].last_five == key[-5:]
        (mine,) = app.licenses()
        assert (mine.seats, mine.held, mine.confirmed, mine.standing) == (2, 1, True, "active")
        assert mine.devices[0].device == device.device
        assert mine.to_document()["devices"][0]["device"]["name"] == "amber-heron"
        assert device.to_document()["device"]["last_seen_at"] == "2026-01-02T03:04:05Z"

    def test_one_account_sees_nothing_of_another(self, server):
        signed_in(server, key=server.mint()).link()
        server.person = OLE
        other = signed_in(server, "desktop")
        assert (other.devices(), other.licenses(), other.candidates()) == ((), (), ())

    def test_a_device_is_renamed(self, server):
        app = signed_in(server, key=server.mint())
        app.link()
        identifier = app.devices()[0].device.id
        assert app.rename_device(identifier, "Kitchen").device.name == "Kitchen"
        app.renew()
        assert app.status().device.name == "Kitchen"

    @pytest.mark.parametrize("everything", [False, True])
    def test_a_lost_device_is_freed(self, server, everything):
        key = server.mint()
        signed_in(server, key=key).link()
        app = signed_in(server, "desktop")
        assert refused(app.activate, key) == "seat_limit_reached"
        if everything:
            app.free_all_devices()
        else:
            identifier = app.devices()[0].device.id
            app.free_device(identifier)
            app.free_device(identifier)  # again is harmless
        assert app.activate(key).activated

    def test_who_is_not_confirmed_frees_nothing(self, server):
        key = server.mint()
        server.app().activate(key)
        app = server.app()
        app.activate()
        app.sign_in()
        app.link()
        assert refused(app.free_device, app.devices()[0].device.id) == "holder_provisional"

    def test_an_identifier_cannot_lead_elsewhere(self, server):
        app = signed_in(server)
        for work in (app.free_device, lambda device: app.rename_device(device, "x")):
            assert refused(work, "../licenses") == "not_found"
            assert server.requests[-1][1] == "/v1/me/devices/..%2Flicenses"

    def test_a_key_is_claimed_and_never_needed_again(self, server):
        key = server.mint()
        app = signed_in(server)
        assert app.claim(key).license.last_five == key[-5:]
        assert app.activate(license=app.licenses()[0].license.id).linked

    def test_every_page_is_read(self, server, monkeypatch):
        app, ask = signed_in(server, key=server.mint()), server.ask
        app.link()
        asked = []

        def in_pages(method, path, body=None, **rest):
            answer = dict(ask(method, path, body, **rest))
            if "items" in answer:
                asked.append(path)
                answer["next_cursor"] = None if "cursor" in path else "a b"
            return answer

        monkeypatch.setattr(server, "ask", in_pages)
        assert len(app.devices()) == 2
        assert asked == ["/v1/me/devices?limit=200", "/v1/me/devices?limit=200&cursor=a+b"]

    def test_a_list_without_an_end_is_not_read_for_ever(self, server, monkeypatch):
        app = signed_in(server)
        monkeypatch.setattr(server, "ask", lambda *_, **__: {"items": [], "next_cursor": "x"})
        with pytest.raises(ServerUnreachable):
            app.licenses()

    @pytest.mark.parametrize(
        "answer", [{}, {"items": 5}, {"items": [5]}, {"items": [{}]}, {"items": [{"device": {"id": "\x1b"}}]}]
    )
    def test_an_answer_that_is_none_is_not_shown(self, server, monkeypatch, answer):
        app = signed_in(server)
        monkeypatch.setattr(server, "ask", lambda *_, **__: answer)
        for verb in (app.devices, app.licenses):
            with pytest.raises(ServerUnreachable):
                verb()


class TestReactivating:
    def test_new_hardware_takes_the_activation_along(self, server):
        key = server.mint()
        old = signed_in(server, key=key)
        old.link()
        new = signed_in(server, "desktop")
        (candidate,) = new.candidates()
        assert (candidate.likely, candidate.reasons, candidate.costs_move) == (False, (), True)
        assert new.reactivate(candidate.device.id).linked
        assert refused(old.renew) == "device_unknown"
        assert old.status().reason["code"] == "device_unknown"  # and not that anybody revoked it

    def test_the_likeliest_comes_first_with_its_reasons(self, server):
        key = server.mint(seats=2)
        server.app("laptop").activate(key)
        signed_in(server, "desktop", key=key).link()
        new_board = {"board_serial": "NEW", "system_uuid": "11112222-3333-4444-8555-666677778888"}
        changed = a_computer("laptop") | new_board
        app = signed_in(server, hardware=changed)
        first, second = app.candidates()
        assert (first.likely, first.reasons) == (True, ("same_disk", "same_network"))
        assert (second.likely, second.reasons) == (False, ())
        assert first.to_document()["can_move"] == {"allowed": True, "left": None, "next_at": None}
        assert not first.costs_move
        assert app.reactivate(first.device.id).device.id == first.device.id

    def test_what_belongs_to_its_first_computer_does_not_move(self, server):
        signed_in(server, key=server.mint(channel="oem")).link()
        app = signed_in(server, "desktop")
        assert refused(app.reactivate, app.candidates()[0].device.id) == "move_not_allowed"
        assert not app.status().activated

    def test_it_asks_for_a_sign_in(self, server):
        app = server.app()
        assert refused(app.candidates) == "sign_in_required"
        assert refused(app.reactivate, "dev_x") == "sign_in_required"

    def test_the_edition_is_said_where_it_is_known(self, server, monkeypatch):
        app, bodies, ask = signed_in(server), [], server.ask

        def watching(method, path, body, **rest):
            bodies.append(body)
            return ask(method, path, body, **rest)

        monkeypatch.setattr(server, "ask", watching)
        app.candidates(edition="pro")
        app.candidates()
        assert bodies[0]["edition"] == "pro"
        assert "edition" not in bodies[1]

    def test_an_installation_in_use_elsewhere_is_waited_for(self, server):
        store = MemoryStore()
        app = signed_in(server, store=store)
        app._timeout = 0.02
        with store.lock(seconds=0), pytest.raises(ServerUnreachable):
            app.reactivate("dev_x")
