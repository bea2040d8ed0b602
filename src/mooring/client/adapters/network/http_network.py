"""The publisher's servers over HTTP: tried in turn, every request signed by the installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar
from urllib.parse import urlencode

from mooring.client.adapters.network.answers import (
    asks_for_nonce,
    check_gone,
    check_success,
    read_content,
    read_document,
    read_form_answer,
)
from mooring.client.adapters.network.examination import examine_server
from mooring.client.adapters.network.exchange import Request, exchange
from mooring.client.domain.errors import ServerUnreachable
from mooring.core.proof.make import make_proof

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mooring.client.adapters.network.exchange import Answer
    from mooring.client.domain.deadline import Deadline
    from mooring.client.domain.reports.connection import ServerFinding
    from mooring.client.use_cases.ports import Clock
    from mooring.core.jose.keys import SigningKey

T = TypeVar("T")


_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


class _Call(NamedTuple):
    """One request. The proof of a form does not name its body: OAuth knows no such claim."""

    method: str
    path: str
    body: bytes | None = None
    kind: str = _JSON
    token: str | None = None
    language: str | None = None

    @property
    def proven_body(self) -> bytes | None:
        return None if self.kind == _FORM else self.body


class _Reader(Protocol):
    """Makes a document of an answer, or raises."""

    def __call__(self, answer: Answer, /, *, issuer: str) -> Mapping[str, object]: ...


class HttpNetwork:
    """The network.

    Args:
        servers: the addresses of the publisher's servers, the preferred one first.
        issuer: the publisher's issuer, by which its refusals are known.
        clock: dates the device proofs.
    """

    def __init__(self, servers: Sequence[str], issuer: str, clock: Clock) -> None:
        self._servers = tuple(server.rstrip("/") for server in servers)
        self._issuer = issuer.rstrip("/")
        self._clock = clock
        self._nonces: dict[str, str] = {}

    def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        key: SigningKey,
        deadline: Deadline,
        token: str | None = None,
    ) -> Mapping[str, object]:
        """Send ``body`` as JSON, signed, and return the answer's document."""
        return self._answered(_Call("POST", path, _json(body), token=token), read_document, key, deadline)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        key: SigningKey,
        deadline: Deadline,
        token: str | None = None,
        language: str | None = None,
    ) -> Mapping[str, object]:
        """Send any other request, signed, and return the answer's document, if it has one."""
        call = _Call(method, path, None if body is None else _json(body), token=token, language=language)
        return self._answered(call, read_content, key, deadline)

    def submit(
        self, path: str, form: Mapping[str, str], *, key: SigningKey, deadline: Deadline
    ) -> Mapping[str, object]:
        """Send a form of OAuth, with a proof, and return the answer's document."""
        call = _Call("POST", path, urlencode(form).encode("ascii"), _FORM)
        return self._answered(call, read_form_answer, key, deadline)

    def delete(self, path: str, *, key: SigningKey, deadline: Deadline) -> None:
        """Ask for ``path`` to be gone, signed."""
        call = _Call("DELETE", path, None)

        def ask(server: str, until: Deadline) -> None:
            check_gone(self._signed(call, server, key, until), issuer=self._issuer)

        self._in_turn(ask, deadline)

    def get(self, path: str, *, deadline: Deadline) -> str:
        """Return the text at ``path``."""
        return self._in_turn(lambda server, until: self._text(server + path, until), deadline)

    def examine(self, *, deadline: Deadline) -> tuple[ServerFinding, ...]:
        """Try each server step by step and return what was found. Never raises."""
        left = len(self._servers)
        findings = []
        for server in self._servers:
            findings.append(examine_server(server, deadline.share(left), self._clock))
            left -= 1
        return tuple(findings)

    def _answered(
        self, call: _Call, read: _Reader, key: SigningKey, deadline: Deadline
    ) -> Mapping[str, object]:
        def ask(server: str, until: Deadline) -> Mapping[str, object]:
            return read(self._signed(call, server, key, until), issuer=self._issuer)

        return self._in_turn(ask, deadline)

    def _in_turn(self, ask: Callable[[str, Deadline], T], deadline: Deadline) -> T:
        """Return the first sensible answer; a refusal is one. What is left of the time is shared."""
        failures: list[ServerUnreachable] = []
        for place, server in enumerate(self._servers):
            try:
                return ask(server, deadline.share(len(self._servers) - place))
            except ServerUnreachable as failure:
                failures.append(failure)
        waits = [failure.retry_after for failure in failures if failure.retry_after is not None]
        causes = dict.fromkeys(failure.cause for failure in failures)
        raise ServerUnreachable("; ".join(causes), retry_after=max(waits, default=None)) from failures[-1]

    def _signed(self, call: _Call, server: str, key: SigningKey, until: Deadline) -> Answer:
        """Send a request with a device proof, and once more if the server asks for its nonce."""
        answer = self._send(call, server, key, until)
        return self._send(call, server, key, until) if asks_for_nonce(answer) else answer

    def _send(self, call: _Call, server: str, key: SigningKey, until: Deadline) -> Answer:
        url, nonce = server + call.path, self._nonces.get(server)
        proof = make_proof(
            key,
            method=call.method,
            url=url,
            at=self._clock.now(),
            nonce=nonce,
            body=call.proven_body,
            access_token=call.token,
        )
        headers = {"DPoP": proof, "Accept": "application/json, application/problem+json"}
        if call.token is not None:
            headers["Authorization"] = f"DPoP {call.token}"
        if call.language is not None:
            headers["Accept-Language"] = call.language.replace("_", "-")
        if call.body is not None:
            headers["Content-Type"] = call.kind
        answer = exchange(Request(call.method, url, headers, call.body), until)
        if "dpop-nonce" in answer.headers:
            self._nonces[server] = answer.headers["dpop-nonce"]
        return answer

    def _text(self, url: str, until: Deadline) -> str:
        answer = exchange(Request("GET", url, {"Accept": "*/*"}), until)
        check_success(answer, issuer=self._issuer)
        try:
            return answer.body.decode("ascii").strip()
        except UnicodeDecodeError:
            raise ServerUnreachable("its answer is not what was asked for") from None


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
