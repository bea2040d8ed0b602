import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import mooring
from mooring.testing import FakeServer, a_computer, activated_app, expired_app, unactivated_app
from tests.support.client_homes import Installation, contents

NOTES = {"export-pdf": "PDF export", "sync": "Synchronization"}


@pytest.fixture
def server():
    return FakeServer(entitlements=NOTES, unactivated_entitlements=["view"])


class TestMaking:
    def test_the_descriptor_may_be_a_path_json_or_an_object(self, server, tmp_path):
        path = tmp_path / "mooring.json"
        text = json.dumps(server.descriptor).encode()
        path.write_bytes(text)
        for descriptor in (path, str(path), text, server.descriptor):
            app = mooring.App(descriptor, home=tmp_path / "home")
            assert app.descriptor.product == "harbor-notes"
            assert not app.status().activated

    def test_a_package_ships_its_descriptor(self, server, tmp_path, monkeypatch):
        package = tmp_path / "a_program"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "mooring.json").write_text(json.dumps(server.descriptor))
        monkeypatch.syspath_prepend(tmp_path)
        app = mooring.App.from_package("a_program", home=tmp_path / "home", timeout=3)
        assert app.descriptor.name == "Harbor Notes"

    @pytest.mark.parametrize("package", ["json.decoder", "no_such_package_at_all", "json"])
    def test_a_package_without_a_descriptor_is_a_mistake_of_its_packaging(self, package):
        with pytest.raises(ValueError, match=package):
            mooring.App.from_package(package)

    @pytest.mark.parametrize("descriptor", [b"", b"{}", b"[]", {}])
    def test_an_unusable_descriptor_is_a_mistake_of_the_program(self, descriptor):
        with pytest.raises(ValueError, match="descriptor"):
            mooring.App(descriptor)

    def test_hardware_may_only_be_given_in_a_lab(self, server, tmp_path):
        descriptor = {**server.descriptor, "lab": False}
        with pytest.raises(ValueError, match="lab"):
            mooring.App(descriptor, home=tmp_path, hardware=a_computer())

    def test_hardware_may_be_given_as_a_file(self, server, tmp_path):
        path = tmp_path / "hardware.json"
        path.write_text(json.dumps(a_computer()))
        app = mooring.App(server.descriptor, home=tmp_path / "home", hardware=path)
        assert app.hardware().weight == 100
        assert app.privacy_preview()["environment"] == "computer"

    def test_the_environment_chooses_the_home(self, server, tmp_path, monkeypatch):
        monkeypatch.setenv("MOORING_HOME", str(tmp_path / "chosen"))
        app = mooring.App({**server.descriptor, "servers": ["http://127.0.0.1:9"]}, hardware=a_computer())
        with pytest.raises(mooring.ServerUnreachable):
            app.activate(server.mint())
        assert "installation_key.json" in contents(tmp_path / "chosen")

    @pytest.mark.parametrize("home", ["/dev/null/home", "/dev/null"])
    @pytest.mark.skipif(os.name == "nt", reason="these are no paths there")
    def test_never_raises_for_the_environment(self, server, home):
        app = mooring.App(server.descriptor, home=home, hardware=a_computer(), language="xx")
        assert app.status().advice == ("storage_unwritable",)
        app.keep_fresh()
        app.close()

    def test_says_what_it_is(self, server):
        assert repr(server.app()) == "<App harbor-notes>"

    def test_is_a_context(self, server):
        with activated_app(server) as app:
            app.keep_fresh()
            assert app._background.running
        assert not app._background.running


class TestAsking:
    def test_what_works_without_activation(self, server):
        app = unactivated_app(server)
        status = app.status()
        assert status.entitlements == ("view",)
        assert status.locked == ("export-pdf", "sync")
        assert app.allows("view")
        assert not app.allows("export-pdf")
        app.require("view")

    def test_what_is_not_licensed_is_told_by_its_name(self, server):
        with pytest.raises(mooring.FeatureNotLicensed) as caught:
            unactivated_app(server).require("export-pdf")
        assert (caught.value.entitlement, caught.value.name) == ("export-pdf", "PDF export")
        assert str(caught.value) == "PDF export is not part of this license. Harbor Notes is not activated."
        assert caught.value.to_document()["code"] == "feature_not_licensed"
        assert caught.value.to_document()["entitlement"] == "export-pdf"

    def test_what_is_licensed_is_allowed(self, server):
        app = activated_app(server)
        app.require("export-pdf")
        assert app.status().allows("sync")
        with pytest.raises(mooring.FeatureNotLicensed) as caught:
            app.require("unheard-of")
        assert caught.value.name == "unheard-of"

    def test_a_key_is_checked_without_asking_anybody(self, server):
        app = server.app()
        key = server.mint()
        check = app.check(key.lower().replace("-", " "))
        assert check == (7, True, key[-5:])
        assert check.to_document() == {
            "well_typed": True,
            "product_code": 7,
            "for_this_product": True,
            "last_five": key[-5:],
        }
        assert not app.check("99999-99999-99999-99999-99999").for_this_product
        with pytest.raises(mooring.Refused) as caught:
            app.check(key[:-1])
        assert caught.value.code == "key_malformed"
        assert server.requests == []

    def test_the_hardware_is_shown_as_it_would_be_sent(self, server):
        report = server.app().hardware()
        document = report.to_document()
        assert document["strength"] == "strong"
        assert document["weight"] == 100
        assert document["hardware"] == report.profile.to_wire()
        assert [each["name"] for each in document["components"]][:2] == ["board_serial", "system_uuid"]
        assert document["components"][0] == {
            "name": "board_serial",
            "group": "platform",
            "weight": 40,
            "hash": report.profile.components["board_serial"],
        }
        assert "BOARD" not in json.dumps(document).upper().replace("BOARD_SERIAL", "")

    @pytest.mark.parametrize(
        ("hardware", "strength"), [({}, "unreadable"), ({"cpu_id": "GenuineIntel/6/158/10"}, "weak")]
    )
    def test_hardware_that_tells_little_is_told(self, server, hardware, strength):
        report = server.app(hardware={"note": "", **hardware}).hardware()
        assert report.strength == strength
        assert report.to_document()["components"][0]["hash"] is None

    def test_the_certificate_is_decoded_in_plain_words(self, server):
        app = activated_app(server)
        inspection = app.inspect_certificate()
        assert inspection.genuine
        words = dict(inspection.plain_words())
        assert words["Product"] == "harbor-notes"
        assert words["Features"] == "export-pdf, sync"
        assert words["Issued"] == "2026-01-02T03:04:05Z"
        assert words["License ends"] == "never"
        document = inspection.to_document()
        assert document["claims"]["seq"] == 1
        assert document["header"]["typ"] == "mooring-certificate+jwt"
        assert document["key_statement"]["use"] == "certificate"
        assert "key_statement" not in document["header"]

    def test_a_forged_certificate_is_decoded_and_called_so(self, server):
        text = activated_app(FakeServer())._wiring.store.load().state.certificate
        inspection = server.app().inspect_certificate(f"  {text}\n")
        assert (inspection.genuine, inspection.why) == (False, "statement_root")
        assert dict(inspection.plain_words())["Product"] == "harbor-notes"

    def test_what_is_no_certificate_is_refused(self, server):
        with pytest.raises(mooring.Refused) as caught:
            server.app().inspect_certificate("nonsense")
        assert caught.value.code == "certificate_invalid"

    def test_the_support_code_has_no_secret(self, server):
        app, key = server.app(), server.mint()
        app.activate(key)
        code = app.support_code()
        status = app.status()
        assert code.facts["license"] == status.license.id
        assert code.facts["sequence"] == "1"
        assert code.facts["hardware"] == "strong/100"
        assert code.to_document()["support_code"] == code.text
        assert key not in code.text
        assert key[-5:] not in code.text
        assert "reason=no_digital_license" in server.app("other").support_code().text

    def test_the_connection_is_examined(self, server):
        app = server.app()
        assert app.check_connection().reachable
        server.go_offline("the cable is cut")
        report = app.check_connection()
        assert not report.reachable
        assert report.to_document()["servers"][0]["steps"] == [
            {"name": "answer", "passed": False, "detail": "the cable is cut"}
        ]


class TestErrors:
    def test_a_refusal_says_what_happened_and_what_to_do_next(self, server):
        key = server.mint(seats=3)
        for computer in ("one", "two", "three"):
            server.app(computer).activate(key)
        with pytest.raises(mooring.Refused) as caught:
            server.app("four").activate(key)
        error = caught.value
        assert error.code == "seat_limit_reached"
        assert error.title
        assert "3" in error.detail
        assert error.next["action"] == "free_a_device"
        assert str(error) == f"{error.detail} {error.next['label']}."
        assert error.to_document()["seats"] == 3
        assert error.retry_after is None

    def test_an_outage_is_told_in_plain_words(self, server):
        server.go_offline("the cable is cut")
        with pytest.raises(mooring.ServerUnreachable) as caught:
            server.app().activate()
        assert str(caught.value) == "The activation service cannot be reached: the cable is cut."
        assert caught.value.to_document()["code"] == "service_unavailable"
        assert caught.value.to_document()["cause"] == "the cable is cut"

    def test_a_wrong_certificate_is_told(self):
        error = mooring.InvalidCertificate("signature")
        assert str(error) == ("The activation service sent a certificate that is not valid here (signature).")
        assert error.to_document()["code"] == "certificate_invalid"
        assert error.to_document()["why"] == "signature"

    def test_every_error_is_a_mooring_error(self):
        for name in (
            "Refused",
            "ServerUnreachable",
            "InvalidCertificate",
            "FeatureNotLicensed",
            "SettingsUnavailable",
        ):
            assert issubclass(getattr(mooring, name), mooring.MooringError)

    def test_everything_public_is_there(self):
        assert all(hasattr(mooring, name) for name in mooring.__all__)
        with pytest.raises(AttributeError, match="nothing_like_it"):
            mooring.nothing_like_it  # noqa: B018

    def test_a_start_imports_nothing_that_a_status_does_not_need(self, tmp_path):
        installation = Installation(tmp_path / "home")
        descriptor = tmp_path / "mooring.json"
        descriptor.write_text(json.dumps(installation.server.descriptor))
        hardware = tmp_path / "hardware.json"
        hardware.write_text(json.dumps(a_computer()))
        script = (
            "import sys, mooring;"
            f"app = mooring.App({str(descriptor)!r}, home={installation.folder!r},"
            f" hardware={str(hardware)!r});"
            "assert app.status().activated; app.status().sentence;"
            "print(*sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        heavy = {
            "asyncio", "ctypes", "dataclasses", "email", "gettext", "http.client", "inspect", "logging",
            "pathlib", "platformdirs", "random", "socket", "ssl", "subprocess", "tempfile", "truststore",
            "urllib.request", "mooring.testing", "mooring.client.aio", "mooring.windows",
            "cryptography.hazmat.primitives.asymmetric.ec",
        }  # fmt: skip
        assert heavy.isdisjoint(done.stdout.split())


class TestManyAtOnce:
    def test_threads_may_share_an_app(self, server):
        app, key = server.app(), server.mint()
        with ThreadPoolExecutor(8) as pool:
            states = list(
                pool.map(lambda each: (app.activate(key) if each % 4 == 0 else app.status()).state, range(40))
            )
        assert set(states) <= {"activated", "not_activated"}
        assert app.status().activated

    def test_processes_take_turns(self, tmp_path):
        installation = Installation(tmp_path / "home")
        apps = [
            installation.server.app(store=installation.store(), keys=installation.in_process._wiring.keys)
            for _ in range(4)
        ]
        threads = [threading.Thread(target=app.renew) for app in apps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sequence = installation.app().status().certificate.sequence
        renewals = [path for _, path in installation.server.requests if path.endswith("/renewals")]
        assert sequence == 1 + len(renewals)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
    @pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
    def test_a_forked_child_may_go_on_with_the_app(self, tmp_path):
        installation = Installation(tmp_path / "home")
        app = installation.app("http://127.0.0.1:9")
        app.keep_fresh()
        child = os.fork()
        if not child:
            good = app.status().activated and not app._background.running
            app.keep_fresh()
            good = good and app._background.running
            try:
                app.renew()
            except mooring.ServerUnreachable:
                os._exit(0 if good else 1)
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        app.close()

    def test_an_exchange_finds_everything_loaded(self, tmp_path):
        # A fork while the background thread imports would leave half a module to the child, for good.
        installation = Installation(tmp_path / "home")
        descriptor = {**installation.server.descriptor, "servers": ["http://127.0.0.1:9"]}
        (tmp_path / "mooring.json").write_text(json.dumps(descriptor))
        script = (
            "import sys, mooring\n"
            "app = mooring.App(sys.argv[1], home=sys.argv[2])\n"
            "renew = app._wiring.renew\n"
            "before = set(sys.modules)\n"
            "try:\n"
            "    renew(deadline=app._deadline())\n"
            "except mooring.ServerUnreachable:\n"
            "    print(sorted(name for name in set(sys.modules) - before if name.startswith('mooring')))"
        )
        arguments = [sys.executable, "-c", script, str(tmp_path / "mooring.json"), installation.folder]
        assert subprocess.run(arguments, capture_output=True, text=True, check=True).stdout == "[]\n"


class TestReadOnly:
    def test_an_activation_without_a_folder_lasts_as_long_as_the_program(self, server, tmp_path):
        (tmp_path / "file").write_text("in the way")
        installation = Installation(tmp_path / "file" / "home", activated=False)
        from mooring.client.adapters.installation_key.key_file import KeyFile
        from mooring.client.adapters.store.resilient_store import ResilientStore

        app = installation.server.app(
            store=ResilientStore(installation.store()), keys=KeyFile(installation.folder)
        )
        status = app.activate(installation.key)
        assert status.activated
        assert "storage_unwritable" in status.advice
        assert app.renew().certificate.sequence == 2
        assert not app.deactivate().activated

    def test_damaged_files_are_told_and_kept(self, tmp_path):
        installation = Installation(tmp_path / "home")
        for name in ("state.json", "state.previous.json"):
            (tmp_path / "home" / name).write_bytes(b"damaged")
        app = installation.app()
        assert app.status().reason["code"] == "certificate_invalid"
        assert app.status().reason["why"] == "storage_damaged"
        assert installation.in_process.activate(installation.key).activated
        assert installation.bytes()["state.json.damaged"] == b"damaged"

    def test_a_copy_that_had_to_be_used_is_told(self, tmp_path):
        installation = Installation(tmp_path / "home")
        installation.in_process.renew()
        (tmp_path / "home" / "state.json").write_bytes(b"damaged")
        status = installation.app().status()
        assert status.activated
        assert "certificate_rolled_back" in status.advice


async def test_the_asynchronous_face_is_the_same(server):
    app = mooring.aio.App.over(server.app())
    assert not app.status().activated
    assert (await app.activate(server.mint())).activated
    assert app.allows("sync")
    app.require("sync")
    assert (await app.renew()).certificate.sequence == 2
    assert (await app.check_connection()).reachable
    assert app.check("99999-99999-99999-99999-99999").product_code == 624
    assert app.hardware().weight == 100
    assert app.privacy_preview()["product"] == "harbor-notes"
    assert app.inspect_certificate().genuine
    assert app.support_code().facts["state"] == "activated"
    assert app.descriptor.product == "harbor-notes"
    assert repr(app) == "<App harbor-notes>"
    told = []
    assert (await app.sign_in()).signed_in == await app.account()
    assert (await app.link()).linked
    assert not (await app.unlink()).linked
    assert (await app.link()).linked
    (device,), (held,) = await app.devices(), await app.licenses()
    assert held.held == 1
    assert (await app.rename_device(device.device.id, "Kitchen")).device.name == "Kitchen"
    assert (await app.claim(server.mint())).held == 0
    assert (await app.candidates())[0].likely
    assert (await app.reactivate(device.device.id)).activated
    app.on_change(told.append)
    assert not (await app.deactivate()).activated
    assert len(told) == 1
    await app.free_device(device.device.id)
    await app.free_all_devices()
    assert await app.sign_out()
    async with mooring.aio.App.over(server.app("other")) as other:
        other.keep_fresh()
        assert (await other.trial()).method == "trial"
    other.close()


def test_both_faces_have_the_same_methods(server, tmp_path):
    def public(kind):
        return {name for name in dir(kind) if not name.startswith("_")} - {"of", "over"}

    assert public(mooring.App) == public(mooring.aio.App)
    assert not mooring.aio.App(server.descriptor, home=tmp_path, hardware=a_computer()).status().activated


def test_an_ended_certificate_still_tells_what_it_was(server):
    status = expired_app(server).status()
    assert status.license.channel == "retail"
    assert status.method is None
    assert status.locked == ("export-pdf", "sync")
