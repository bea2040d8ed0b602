"""The API's own document against a real server: what it promises is what is answered, and never a fault."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from mooring.core.jose.keys import SigningKey
from mooring.core.proof.make import make_proof
from tests.support.servers import Server, a_server

LONG = bool(os.environ.get("MOORING_TEST_LONG"))
EXAMPLES = 6_000 if LONG else 25

OPERATIONS = [
    "POST /v1/activations",
    "POST /v1/activations/{id}/renewals",
    "DELETE /v1/activations/{id}",
    "PUT /v1/activations/{id}/link",
    "DELETE /v1/activations/{id}/link",
    "GET /v1/me",
    "GET /v1/me/devices",
    "GET /v1/me/licenses",
    "GET /v1/me/events",
    "PATCH /v1/me/devices/{id}",
    "DELETE /v1/me/devices/{id}",
    "POST /v1/me/devices/free-all",
    "POST /v1/me/claims",
    "GET /v1/me/privacy",
    "PUT /v1/me/privacy",
    "GET /v1/me/windows",
    "PUT /v1/me/windows/{device}",
    "DELETE /v1/me/windows/{device}",
    "GET /v1/me/handovers",
    "POST /v1/me/handovers",
    "DELETE /v1/me/handovers/{id}",
    "POST /v1/me/handovers/{id}/accept",
    "POST /v1/me/handovers/{id}/decline",
    "POST /v1/me/reactivations/candidates",
    "POST /v1/me/reactivations",
    "POST /v1/validations",
    "GET /v1/status-lists/{n}",
    "GET /",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /problems/{code}",
]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]


class Signed(requests.auth.AuthBase):
    """Signs each request as it is about to leave, over the very bytes of its body."""

    def __init__(self, address: str) -> None:
        self.key = SigningKey.generate("ES256")
        path = "/v1/activations/act_01hzy8k3m5n7p9q1r3s5t7v9w1"
        self.nonce: str | None = None
        demand = requests.delete(
            address + path, headers={"DPoP": self.proof("DELETE", address + path)}, timeout=30
        )
        self.nonce = demand.headers["DPoP-Nonce"]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body.encode() if isinstance(request.body, str) else request.body
        request.headers["DPoP"] = self.proof(request.method, request.url, body)
        request.register_hook("response", self.take_nonce)
        return request

    def proof(self, method: str | None, url: str | None, body: bytes | None = None) -> str:
        target = urlsplit(url)
        return make_proof(
            self.key,
            method=method,
            url=f"{target.scheme}://{target.netloc}{target.path}",
            at=datetime.now(UTC).replace(microsecond=0),
            nonce=self.nonce,
            body=body or None,
        )

    def take_nonce(self, response: requests.Response, **_: object) -> None:
        self.nonce = response.headers.get("DPoP-Nonce", self.nonce)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with a_server(tmp_path_factory.mktemp("schemathesis")) as server:
        yield server


@pytest.fixture(scope="module")
def signed(server: Server) -> Signed:
    return Signed(server.address)


@pytest.fixture(scope="module")
def document(server: Server):
    return schemathesis.openapi.from_url(f"{server.address}/openapi.json")


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_keeps_what_the_document_promises(document, signed: Signed, label: str, mode: GenerationMode) -> None:
    operation = next(each.ok() for each in document.get_all_operations() if each.ok().label == label)

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        response = case.call(auth=signed)
        # Too long is a rejection as well, which this check does not know.
        too_long = response.status_code == 413
        checks = [check for check in CHECKS if not (too_long and check is negative_data_rejection)]
        case.validate_response(response, checks=checks)

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # a request without a part that could be wrong


def test_asks_for_everything_there_is(document) -> None:
    # The address of the document itself is left out by schemathesis.
    assert {each.ok().label for each in document.get_all_operations()} == set(OPERATIONS)
