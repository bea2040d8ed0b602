"""The API's OpenAPI 3.1 document, made from the table of routes and the very types that read the bodies."""

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

import msgspec

from mooring.core.wording.reasons import REASONS
from mooring.server.web.api.messages import HealthAnswer, Problem
from mooring.server.web.http.dispatcher import Route

_REF: Final = "#/components/schemas/{name}"
_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_PARAMETER_SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "id": {
        "type": "string",
        "pattern": "^act_[0-7][0-9a-hjkmnp-tv-z]{25}$",
        "examples": ["act_01hzy8k3m5n7p9q1r3s5t7v9w1"],
    },
    "device": {
        "type": "string",
        "pattern": "^(dev_[0-7][0-9a-hjkmnp-tv-z]{25}|[A-Za-z0-9_-]{43})$",
        "examples": ["dev_01hzy8k3m5n7p9q1r3s5t7v9w1"],
    },
    "n": {"type": "string", "examples": ["1"]},
    "code": {"type": "string", "examples": ["seat_limit_reached"]},
}
_OF_DEVICES: Final[Mapping[str, Mapping[str, Any]]] = {
    "id": {
        "type": "string",
        "pattern": "^dev_[0-7][0-9a-hjkmnp-tv-z]{25}$",
        "examples": ["dev_01hzy8k3m5n7p9q1r3s5t7v9w1"],
    }
}
_NONCE_HEADER: Final = {
    "DPoP-Nonce": {"description": "The nonce of the next proof (RFC 9449, 8).", "schema": {"type": "string"}}
}
_INVALID_REQUEST_STATUSES: Final = (400, 415, 422)


def openapi_document(routes: Sequence[Route], *, server: str) -> bytes:
    """Return the document of ``routes`` as JSON; ``server`` is the address they are reached at."""
    types = {type_ for route in routes for type_ in _types_of(route)} | {Problem, HealthAnswer}
    _, schemas = msgspec.json.schema_components(
        sorted(types, key=lambda type_: type_.__name__), ref_template=_REF
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    paths.update(_site_paths())
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Mooring",
            "version": version("mooring"),
            "summary": "Software activation and digital licenses.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SECURITY},
    }
    return msgspec.json.encode(document)


_SECURITY: Final = {
    "deviceProof": {
        "type": "apiKey",
        "in": "header",
        "name": "DPoP",
        "description": (
            "A proof (RFC 9449) signed with ES256 by the installation's key, with a nonce of this server; "
            "where there is a body with the claim body_hash = base64url(SHA-256(body))."
        ),
    },
    "accessToken": {
        "type": "http",
        "scheme": "DPoP",
        "description": (
            "An access token of this server, bound to the key that makes the proof, which then carries the "
            "claim ath (RFC 9449, 7.1)."
        ),
    },
}


def _types_of(route: Route) -> Iterable[type[msgspec.Struct]]:
    if route.message is not None:
        yield route.message
    for answer in route.answers.values():
        if isinstance(answer, type):
            yield answer


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": getattr(route.handler, "__name__", route.path),
        "summary": route.summary,
        "security": _security(route),
        "parameters": [*_path_parameters(route.path), *_query_parameters(route)],
        "responses": _responses(route),
    }
    if route.proof and route.method == "POST":
        operation["parameters"].append(_IDEMPOTENCY_KEY)
    if route.message is not None:
        schema = {"$ref": _REF.format(name=route.message.__name__)}
        operation["requestBody"] = {
            "required": not route.may_be_empty,
            "content": {"application/json": {"schema": schema}},
        }
    return operation


_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request with the same key within a day gets the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def _security(route: Route) -> list[dict[str, list[str]]]:
    if not route.proof:
        return [{}]
    alone: dict[str, list[str]] = {"deviceProof": []}
    with_token: dict[str, list[str]] = {**alone, "accessToken": []}
    return {"none": [alone], "optional": [alone, with_token], "required": [with_token]}[route.account]


def _path_parameters(path: str) -> list[dict[str, Any]]:
    schemas = {**_PARAMETER_SCHEMAS, **(_OF_DEVICES if "/devices/{id}" in path else {})}
    return [
        {"name": name, "in": "path", "required": True, "schema": schemas[name]}
        for name in _PARAMETER.findall(path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema}
        for name, schema in route.query.items()
    ]


def _responses(route: Route) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, answer in route.answers.items():
        response: dict[str, Any] = {"description": HTTPStatus(status).phrase}
        if isinstance(answer, str):
            response["content"] = {answer: {"schema": {"type": "string"}}}
        elif answer is not None:
            schema = {"$ref": _REF.format(name=answer.__name__)}
            response["content"] = {"application/json": {"schema": schema}}
        responses[str(status)] = response
    responses.update(_problem_responses(route.refusals))
    if route.proof:
        for response in responses.values():
            response["headers"] = _NONCE_HEADER
    return responses


def _problem_responses(codes: Iterable[str]) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        status = REASONS[code].status
        statuses = _INVALID_REQUEST_STATUSES if code == "invalid_request" else (status,)
        for each in statuses:
            if each is not None:
                by_status.setdefault(each, []).append(code)
    return {str(status): _problem(by_status[status]) for status in sorted(by_status)}


def _problem(codes: Sequence[str]) -> dict[str, Any]:
    meanings = [f"`{code}`: {REASONS[code].title}." for code in sorted(codes)]
    schema = {
        "allOf": [
            {"$ref": _REF.format(name=Problem.__name__)},
            {"properties": {"code": {"enum": sorted(codes)}}},
        ]
    }
    return {"description": "\n".join(meanings), "content": {"application/problem+json": {"schema": schema}}}


def _site_paths() -> dict[str, Any]:
    health = {
        "description": "OK",
        "content": {"application/json": {"schema": {"$ref": _REF.format(name=HealthAnswer.__name__)}}},
    }
    html = {"description": "A page for people", "content": {"text/html": {"schema": {"type": "string"}}}}
    text = {"description": "Prometheus metrics", "content": {"text/plain": {"schema": {"type": "string"}}}}
    json = {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "/": {"get": _get("front", "What this server is", {"200": html})},
        "/healthz": {"get": _get("health", "Does the process answer?", {"200": health})},
        "/readyz": {
            "get": _get(
                "ready",
                "Can it serve?",
                {"200": health, **_problem_responses(["service_unavailable"])},
            )
        },
        "/metrics": {
            "get": _get(
                "metrics",
                "Counters, for this computer or with the metrics token",
                {"200": text, **_problem_responses(["insufficient_scope"])},
            )
        },
        "/openapi.json": {"get": _get("openapi", "This document", {"200": json})},
        "/problems/{code}": {
            "get": {
                **_get("problem", "What a reason means", {"200": html, "404": html}),
                "parameters": _path_parameters("/problems/{code}"),
            }
        },
    }


def _get(name: str, summary: str, responses: Mapping[str, Any]) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "security": [{}], "responses": responses}
