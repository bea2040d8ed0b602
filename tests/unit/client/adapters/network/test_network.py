import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import trustme

from mooring.client.adapters.network.answers import retry_after
from mooring.client.adapters.network.examination import examine_server
from mooring.client.adapters.network.exchange import Answer, Request, exchange, system_trust
from mooring.client.adapters.network.http_network import HttpNetwork
from mooring.client.adapters.network.in_time import in_time
from mooring.client.adapters.network.route import Endpoint, Proxy, Route, route_to
from mooring.client.adapters.system.clock import SystemClock
from mooring.client.domain.deadline import Deadline
from mooring.client.domain.errors import ServerUnreachable
from mooring.core.jose.keys import SigningKey
from mooring.core.proof.verify import verify_proof
from tests.support import servers_that_misbehave as servers

GET = Request("GET", "", {})


def soon(seconds=30.0):
    return Deadline.in_seconds(seconds, time.monotonic)


@pytest.fixture
def proxies(monkeypatch):
    """What the system says of proxies."""
    named = {}
    monkeypatch.setattr("urllib.request.getproxies", lambda: named)
    monkeypatch.setattr("urllib.request.proxy_bypass", lambda host: host.startswith("inside"))
    return named


class TestRoute:
    def test_is_direct_without_a_proxy(self, proxies):
        assert route_to("https://licenses.example") == Route(True, Endpoint("licenses.example", 443), None)
        assert route_to("http://licenses.example:81/x") == Route(
            False, Endpoint("licenses.example", 81), None
        )

    def test_goes_through_the_systems_proxy(self, proxies):
        proxies["https"] = "http://proxy.example:3128"
        found = route_to("https://licenses.example")
        assert found.first_hop == Endpoint("proxy.example", 3128)
        assert found.server == Endpoint("licenses.example", 443)
        assert found.proxy == Proxy(Endpoint("proxy.example", 3128), None)
        assert route_to("http://licenses.example").proxy is None

    @pytest.mark.parametrize("named", ["proxy.example", "http://proxy.example/"])
    def test_one_proxy_may_serve_all(self, proxies, named):
        proxies["all"] = named
        assert route_to("http://licenses.example").first_hop == Endpoint("proxy.example", 80)

    def test_the_proxys_password_is_sent_and_never_shown(self, proxies):
        proxies["https"] = "http://me:s%40cret@proxy.example:3128"
        proxy = route_to("https://licenses.example").proxy
        assert proxy.authorization == "Basic bWU6c0BjcmV0"
        assert "Basic" not in repr(proxy)

    @pytest.mark.parametrize("host", ["127.0.0.1:8000", "127.0.0.2", "localhost", "[::1]:8000"])
    def test_this_computer_is_never_behind_a_proxy(self, proxies, host):
        proxies["http"] = "http://proxy.example:3128"
        assert route_to(f"http://{host}").proxy is None

    def test_the_systems_exceptions_count(self, proxies):
        proxies["https"] = "http://proxy.example:3128"
        assert route_to("https://inside.example").proxy is None

    def test_a_proxy_of_another_kind_is_told(self, proxies):
        proxies["https"] = "socks5://proxy.example:1080"
        with pytest.raises(ServerUnreachable, match="socks5"):
            route_to("https://licenses.example")


class TestExchange:
    def test_an_ordinary_request_goes_through_a_proxy_whole(self, proxies, monkeypatch):
        asked = []

        def reply(method, path):
            asked.append((method, path))
            return 200, "application/json", b"{}", {}

        with servers.replying(reply) as url:
            proxies["http"] = url.replace("http://", "http://me:pw@")
            answer = exchange(Request("GET", "http://licenses.example/healthz", {}), soon())
        assert answer.status == 200
        assert asked == [("GET", "http://licenses.example/healthz")]

    def test_a_secure_request_asks_the_proxy_for_a_tunnel(self, proxies):
        asked = []

        def reply(method, path):
            asked.append((method, path))
            return 403, "text/plain", b"", {}

        with servers.replying(reply) as url:
            proxies["https"] = url.replace("http://", "http://me:pw@")
            with pytest.raises(ServerUnreachable):
                exchange(Request("GET", "https://licenses.example/healthz", {}), soon())
        assert asked == [("CONNECT", "licenses.example:443")]

    def test_a_name_that_nobody_knows_is_told(self, monkeypatch):
        def unknown(*_):
            raise socket.gaierror

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        with pytest.raises(ServerUnreachable, match="its name cannot be found"):
            exchange(GET._replace(url="http://localhost:1"), soon())

    def test_an_abandoned_request_is_never_sent(self):
        asked = []

        def slow_trust():
            time_is_up.wait(5)
            return ssl.create_default_context()

        time_is_up = threading.Event()
        with servers.replying(lambda *request: asked.append(request)) as url:
            with pytest.raises(ServerUnreachable, match="in time"):
                exchange(GET._replace(url=url.replace("http", "https")), soon(0.05), tls=slow_trust)
            time_is_up.set()
            for thread in threading.enumerate():
                if thread.name == "mooring-network":
                    thread.join(5)
        assert asked == []

    def test_no_thread_is_left_behind(self):
        with servers.slow_body() as url, pytest.raises(ServerUnreachable):
            exchange(GET._replace(url=url), soon(0.1))
        for thread in threading.enumerate():
            if thread.name == "mooring-network":
                thread.join(5)
                assert not thread.is_alive()


class TestInTime:
    def test_returns_and_raises_what_the_work_does(self):
        assert in_time(lambda: 7, soon()) == 7
        assert in_time(lambda: None, soon()) is None
        with pytest.raises(ZeroDivisionError):
            in_time(lambda: 1 / 0, soon())

    def test_a_computer_without_threads_is_no_fault_of_the_program(self, monkeypatch):
        def refuse(_):
            raise RuntimeError

        monkeypatch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(ServerUnreachable, match="no thread"):
            in_time(lambda: 7, soon())


@contextmanager
def tls_server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    def talk(connection, stopped):
        with context.wrap_socket(connection, server_side=True) as secure:
            servers.read_request(secure)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with servers.server(talk) as url:
        yield url.replace("http://127.0.0.1", "https://localhost")


class TestTls:
    def test_a_trusted_certificate_is_good(self):
        authority = trustme.CA()
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        authority.configure_trust(trust)
        with tls_server(authority.issue_cert("localhost")) as url:
            assert exchange(GET._replace(url=url), soon(), tls=lambda: trust).body == b"{}"

    def test_an_untrusted_certificate_is_told(self):
        with (
            tls_server(trustme.CA().issue_cert("localhost")) as url,
            pytest.raises(ServerUnreachable, match="does not trust its TLS certificate"),
        ):
            exchange(GET._replace(url=url), soon())

    def test_what_does_not_speak_tls_is_told(self):
        def mail(connection, stopped):
            connection.sendall(b"220 mail.example\r\n")
            stopped.wait()

        with (
            servers.server(mail) as url,
            pytest.raises(ServerUnreachable, match="no secure connection could be made"),
        ):
            exchange(GET._replace(url=url.replace("http", "https")), soon())

    def test_the_systems_trust_is_loaded_once(self):
        assert system_trust() is system_trust()


class TestExamination:
    def test_a_good_server_passes_every_step(self):
        date = "Fri, 02 Jan 2026 03:04:05 GMT"
        with servers.answering(200, b"ok", "text/plain", Date=date) as url:
            found = examine_server(url, soon(), Fixed(0))
        assert [step.name for step in found.steps] == ["name", "connection", "answer", "clock"]
        assert found.reachable
        assert all(step.passed for step in found.steps)

    @pytest.mark.parametrize(("off", "way"), [(301, "ahead of"), (-301, "behind")])
    def test_a_wrong_clock_is_told_and_keeps_nobody_away(self, off, way):
        with servers.answering(200, Date="Fri, 02 Jan 2026 03:04:05 GMT") as url:
            found = examine_server(url, soon(), Fixed(off))
        assert found.reachable
        assert found.steps[-1] == ("clock", False, f"this computer's clock is 301 seconds {way} the server's")

    @pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
    def test_without_a_date_nothing_is_said_of_the_clock(self, headers):
        with servers.answering(200, **headers) as url:
            assert [step.name for step in examine_server(url, soon(), Fixed(0)).steps][-1] == "answer"

    def test_nobody_there(self):
        with servers.stopped_server() as url:
            found = examine_server(url, soon(), Fixed(0))
        assert found.steps[-1] == ("connection", False, "nothing answers at its address")
        assert not found.reachable

    def test_a_hanging_server(self):
        with servers.silent() as url:
            found = examine_server(url, soon(0.2), Fixed(0))
        assert found.steps[-1] == ("answer", False, "it did not answer in time")

    def test_another_server(self):
        with servers.answering(404) as url:
            assert examine_server(url, soon(), Fixed(0)).steps[-1] == (
                "answer",
                False,
                "/healthz answers 404",
            )

    def test_an_untrusted_certificate(self):
        with tls_server(trustme.CA().issue_cert("localhost")) as url:
            step = examine_server(url, soon(), Fixed(0)).steps[-1]
        assert (step.name, step.passed) == ("tls", False)
        assert "does not trust" in step.detail

    def test_a_proxy_is_named(self, proxies, monkeypatch):
        proxies["http"] = "socks5://proxy.example"
        found = examine_server("http://licenses.example", soon(), Fixed(0))
        assert [(step.name, step.passed) for step in found.steps] == [("proxy", False)]
        with servers.answering(200) as url:
            proxies["http"] = url
            found = examine_server("http://licenses.example", soon(), Fixed(0))
        assert found.steps[0] == ("proxy", True, url.removeprefix("http://"))
        assert found.reachable

    def test_every_server_is_looked_at(self):
        with servers.stopped_server() as first, servers.answering(200) as second:
            network = HttpNetwork([first, second + "/"], "https://licenses.example", SystemClock())
            found = network.examine(deadline=soon())
        assert [each.reachable for each in found] == [False, True]
        assert found[1].server == second


class Fixed:
    def __init__(self, off):
        self.off = off

    def now(self):
        from datetime import UTC, datetime, timedelta

        return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) + timedelta(seconds=self.off)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", None),
        ("5", 5),
        (" 7 ", 7),
        ("86401", 86400),
        ("-1", None),
        ("Fri, 02 Jan 2026 03:04:05 GMT", None),
        ("²", None),
    ],
)
def test_how_long_a_server_asks_to_wait(text, seconds):
    assert retry_after(Answer(503, {"retry-after": text}, b"")) == seconds


def test_a_text_that_is_no_ascii_is_not_sensible():
    with servers.answering(200, "ü".encode()) as url:
        network = HttpNetwork([url], "https://licenses.example", SystemClock())
        with pytest.raises(ServerUnreachable, match="not what was asked for"):
            network.get("/v1/status-lists/1", deadline=soon())


@contextmanager
def recording(*answers):
    """Answer each request in turn; yield the address and the list of what was received."""
    received, left = [], list(answers)

    def talk(connection, stopped):
        head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        names = dict(line.split(": ", 1) for line in lines[1:])
        while len(body) < int(names.get("Content-Length", 0)):
            body += connection.recv(65536)
        received.append((lines[0], names, body))
        connection.sendall(left.pop(0))

    with servers.server(talk) as url:
        yield url, received


def an_answer(status, body=b"{}", *headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def proven(url, request, token=None):
    """Return the proof of a request, verified as a server does."""
    line, headers, body = request
    method, target, _ = line.split(" ")
    is_form = headers.get("Content-Type") == "application/x-www-form-urlencoded"
    return verify_proof(
        headers["DPoP"], method=method, url=url + target, body=None if is_form else body,
        access_token=token, at=datetime.now(UTC),
    )  # fmt: skip


class TestForAnAccount:
    KEY = SigningKey.generate("ES256")

    def network(self, url):
        return HttpNetwork([url], "https://licenses.example", SystemClock())

    def test_the_token_goes_along_and_is_bound_to_the_proof(self):
        with recording(an_answer(200, b'{"id": "acc"}')) as (url, received):
            answer = self.network(url).ask("GET", "/v1/me?limit=1", key=self.KEY, deadline=soon(), token="t")
        assert answer == {"id": "acc"}
        assert received[0][0] == "GET /v1/me?limit=1 HTTP/1.1"
        assert received[0][1]["Authorization"] == "DPoP t"
        assert proven(url, received[0], "t").jkt == self.KEY.public.thumbprint

    def test_without_a_token_there_is_none(self):
        with recording(an_answer(204, b"")) as (url, received):
            assert self.network(url).ask("DELETE", "/x", key=self.KEY, deadline=soon()) == {}
        assert "Authorization" not in received[0][1]
        assert "Content-Type" not in received[0][1]
        assert proven(url, received[0])

    def test_the_language_of_the_person_is_told_only_where_it_matters(self):
        with recording(an_answer(200), an_answer(200)) as (url, received):
            network = self.network(url)
            network.ask("GET", "/v1/me", key=self.KEY, deadline=soon())
            network.ask("GET", "/v1/me/privacy", key=self.KEY, deadline=soon(), language="de_AT")
        assert "Accept-Language" not in received[0][1]
        assert received[1][1]["Accept-Language"] == "de-AT"

    def test_a_body_is_json_and_named_by_the_proof(self):
        with recording(an_answer(200), an_answer(200)) as (url, received):
            network = self.network(url)
            network.ask("PATCH", "/x", {"name": "ä"}, key=self.KEY, deadline=soon(), token="t")
            network.post("/x", {"a": 1}, key=self.KEY, deadline=soon(), token="t")
        assert received[0][2] == '{"name":"ä"}'.encode()
        assert received[0][1]["Content-Type"] == "application/json"
        assert proven(url, received[0], "t")
        assert proven(url, received[1], "t")

    def test_a_form_of_oauth_is_sent_again_with_the_nonce_it_is_asked_for(self):
        wants = an_answer(400, b'{"error": "use_dpop_nonce"}', "DPoP-Nonce: n1")
        with recording(wants, an_answer(200, b'{"access_token": "t"}')) as (url, received):
            answer = self.network(url).submit("/oauth/token", {"a": "b c"}, key=self.KEY, deadline=soon())
        assert answer == {"access_token": "t"}
        assert received[1][2] == b"a=b+c"
        assert received[1][1]["Content-Type"] == "application/x-www-form-urlencoded"
        assert [proven(url, each).nonce for each in received] == [None, "n1"]
