"""Providers for tests: Microsoft's shape and plain OpenID on the certified oidc-provider, and GitHub's shape.

The last is a mock of our own, from GitHub's documentation: there is no such thing to install.
"""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.support.npm_packages import LABS, installed_packages
from tests.support.servers import Server, free_port
from tests.support.visitors import Form

PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
MIA, CEO, ATTACKER = "mia@outlook.example", "ceo@contoso.example", "attacker@evil.example"


class LabProvider:
    """A provider in a process of its own, and what tests ask of it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def attack(self, **how: Any) -> None:
        """Forge the ID tokens from now on: ``claims`` and ``header`` to set, ``drop``, ``key``."""
        httpx.post(f"{self.address}/_test/attack", json=how).raise_for_status()

    def rotate(self, *, drop: bool) -> None:
        """Sign with new keys from now on; with ``drop`` the old ones are gone."""
        httpx.get(f"{self.address}/_test/rotate", params={"drop": ""} if drop else {}).raise_for_status()


@contextmanager
def a_lab_provider(script: str, redirect: str) -> Iterator[LabProvider]:
    """Run the provider in ``script``, which sends people back to ``redirect``."""
    node = shutil.which("node")
    assert node, "this test needs Node.js: install it with your system's package manager"
    port = free_port()
    process = subprocess.Popen(
        [node, str(LABS / script)],
        env=os.environ | {"PORT": str(port), "LABS": str(installed_packages()), "REDIRECT": redirect},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        while first and not first.startswith("ready"):  # it warns of what is for tests only
            first = process.stdout.readline()
        assert first, "the provider did not start"
        threading.Thread(target=process.stdout.read, daemon=True).start()  # so that it never waits for us
        yield LabProvider(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.communicate()


def microsoft_settings(provider: LabProvider, tenant: str = "common") -> dict[str, str]:
    return {
        "MOORING_OIDC_MICROSOFT_ISSUER": provider.address,
        "MOORING_OIDC_MICROSOFT_TENANT": tenant,
        "MOORING_OIDC_MICROSOFT_CLIENT_ID": "11112222-3333-4444-8555-666677778888",
        "MOORING_OIDC_MICROSOFT_CLIENT_SECRET": "s3cret",
    }


def openid_settings(provider: LabProvider) -> dict[str, str]:
    return {
        "MOORING_OIDC_HARBOR_ISSUER": provider.address,
        "MOORING_OIDC_HARBOR_CLIENT_ID": "mooring",
        "MOORING_OIDC_HARBOR_CLIENT_SECRET": "a secret: with + and %",
        "MOORING_OIDC_HARBOR_LABEL": "Harbor ID",
    }


class GitHubMock(ThreadingHTTPServer):
    """A mock of GitHub: its addresses as a GitHub Enterprise Server has them, and one person after another.

    ``person`` is who signs in; ``answers`` replaces what it says at a path.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _GitHubHandler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.person: dict[str, Any] = {"id": 583231, "login": "octocat", "name": "Mona"}
        self.emails: list[dict[str, Any]] = [
            {"email": "mia@outlook.example", "primary": True, "verified": True}
        ]
        self.answers: dict[str, tuple[int, Any]] = {}
        self.codes: dict[str, dict[str, str]] = {}

    def settings(self) -> dict[str, str]:
        return {
            "MOORING_OIDC_GITHUB_ISSUER": self.address,
            "MOORING_OIDC_GITHUB_CLIENT_ID": "Iv1.0123456789abcdef",
            "MOORING_OIDC_GITHUB_CLIENT_SECRET": "hush",
        }


class _GitHubHandler(BaseHTTPRequestHandler):
    server: GitHubMock

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path in self.server.answers:
            self._say(*self.server.answers[parts.path])
        elif parts.path == "/login/oauth/authorize":
            code = secrets.token_hex(10)
            self.server.codes[code] = query
            back = urlencode({"code": code, "state": query["state"]})
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{back}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.headers.get("Authorization") != "Bearer gho_token":
            self._say(401, {"message": "Bad credentials"})
        elif parts.path == "/api/v3/user":
            self._say(200, self.server.person)
        elif parts.path == "/api/v3/user/emails":
            self._say(200, self.server.emails)
        else:
            self._say(404, {"message": "Not Found"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.codes.pop(form.get("code", ""), None)
        if self.path in self.server.answers:
            self._say(*self.server.answers[self.path])
        elif form.get("client_secret") != "hush":
            self._say(200, {"error": "incorrect_client_credentials"})
        elif asked is None or asked["redirect_uri"] != form["redirect_uri"] or not _answers(asked, form):
            self._say(200, {"error": "bad_verification_code"})
        else:
            self._say(200, {"access_token": "gho_token", "token_type": "bearer", "scope": "read:user"})

    def log_message(self, *_: Any) -> None:
        """Say nothing on the terminal."""

    def _say(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _answers(asked: dict[str, str], form: dict[str, str]) -> bool:
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]


@contextmanager
def a_github_mock() -> Iterator[GitHubMock]:
    """Run the mock of GitHub; it is gone at the end."""
    with GitHubMock() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Traveler:
    """A person's browser, without a screen, that goes to providers and comes back."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.client = httpx.Client(timeout=30, limits=httpx.Limits(max_keepalive_connections=0))

    def begin(self, provider: str, onward: str = "/account") -> str:
        """Press the button of ``provider``, and return where it leads."""
        answer = self.post(f"/sign-in/with/{provider}", next=onward)
        assert answer.status_code == 200, answer.text
        return str(answer.headers["refresh"]).removeprefix("0;url=")

    def agree(self, address: str, person: str) -> str:
        """Sign in as ``person`` at the provider at ``address``, and return where it sends the browser."""
        for _ in range(12):
            answer = self.client.get(address)
            if answer.status_code == 200:
                address = f"{answer.url}?{urlencode({'as': person})}"
                continue
            assert answer.is_redirect, answer.text
            address = str(answer.url.join(answer.headers["location"]))
            if address.startswith(self.server.address):
                return address
        raise AssertionError(f"the provider never sent the browser back: {address}")

    def sign_in(self, provider: str, person: str) -> httpx.Response:
        """Go the whole way, and return our answer at its end."""
        return self.client.get(self.agree(self.begin(provider), person))

    def get(self, path: str) -> httpx.Response:
        """Open a page of ours."""
        return self.client.get(f"{self.server.address}{path}")

    def post(self, path: str, page: str = "/sign-in", **fields: str) -> httpx.Response:
        """Send a form of ours as it stands on ``page``."""
        form = Form(self.get(page).text)
        return self.client.post(f"{self.server.address}{path}", data=form.fields | fields)

    @property
    def account(self) -> str:
        """What our account page calls the person; empty when nobody is signed in."""
        answer = self.get("/account")
        if answer.status_code != 200:
            return ""
        return answer.text.partition('<div class="who">')[2].partition("</a>")[0].rpartition(">")[2]

    def newest_account(self) -> str:
        """Return the account in which somebody signed in last, as the database knows it."""
        with self.server.database() as database:
            query = "SELECT account_id FROM sessions ORDER BY rowid DESC LIMIT 1"
            return str(database.execute(query).fetchone()[0])
