"""Reading an answer: a document, a refusal by the publisher's server, or nothing sensible."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mooring.client.domain.accounts.oauth import OAuthRefused
from mooring.client.domain.errors import Refused, ServerUnreachable
from mooring.core.wording.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mooring.client.adapters.network.exchange import Answer

_PROBLEM = "application/problem+json"
_STANDARD_MEMBERS = frozenset({"type", "title", "status", "detail", "instance", "code", "next"})
_LONGEST_WAIT = 24 * 3600
_LARGEST = 2**53 - 1
_DEEPEST = 4


def read_document(answer: Answer, *, issuer: str) -> Mapping[str, object]:
    """Return the JSON object that ``answer`` holds.

    Raises:
        Refused: it is a refusal of the publisher's server (RFC 9457, with a code).
        ServerUnreachable: it is anything else.
    """
    check_success(answer, issuer=issuer)
    document = _json_object(answer.body)
    if document is None:
        raise ServerUnreachable("its answer is not a JSON document")
    return document


def check_gone(answer: Answer, *, issuer: str) -> None:
    """Return if ``answer`` says that what was asked to be gone is gone: 204, and not any page's 200.

    Raises:
        Refused: it is a refusal of the publisher's server.
        ServerUnreachable: it is neither.
    """
    check_success(answer, issuer=issuer)
    if answer.status != 204:
        raise ServerUnreachable("its answer is not what was asked for")


def check_success(answer: Answer, *, issuer: str) -> None:
    """Return if ``answer`` says yes.

    Raises:
        Refused: it is a refusal of the publisher's server.
        ServerUnreachable: it is neither.
    """
    if 200 <= answer.status < 300:
        return
    if answer.status >= 500:
        cause = f"it has a fault of its own ({answer.status})"
        raise ServerUnreachable(cause, retry_after=retry_after(answer))
    if 300 <= answer.status < 400:
        raise ServerUnreachable("it sends elsewhere, which is not followed")
    refused = _refusal(answer, issuer)
    if refused is None:
        cause = f"something else answers at its address ({answer.status})"
        raise ServerUnreachable(cause, retry_after=retry_after(answer))
    raise refused


def asks_for_nonce(answer: Answer) -> bool:
    """Return whether the server wants its nonce in the device proof (RFC 9449 §8)."""
    if answer.status not in {400, 401} or "dpop-nonce" not in answer.headers:
        return False
    says = answer.headers.get("www-authenticate", "")
    return "use_dpop_nonce" in says or oauth_error(answer) == "use_dpop_nonce"


def oauth_error(answer: Answer) -> str | None:
    """Return the name of the error that ``answer`` is in OAuth (RFC 6749 §5.2); None if it is none."""
    document = _json_object(answer.body) if answer.status in {400, 401, 429, 503} else None
    error = document.get("error") if document else None
    return error if isinstance(error, str) and error.isascii() and error.isidentifier() else None


def read_form_answer(answer: Answer, *, issuer: str) -> Mapping[str, object]:
    """Return the JSON object that ``answer`` to a form of OAuth holds.

    Raises:
        OAuthRefused: the server said no in the protocol's words.
        Refused: there were too many tries.
        ServerUnreachable: it is anything else.
    """
    error = oauth_error(answer)
    if error is None or answer.status == 503:
        return read_document(answer, issuer=issuer)
    if answer.status == 429:
        seconds = retry_after(answer)
        raise Refused("rate_limited", {} if seconds is None else {"retry_after": seconds})
    raise OAuthRefused(error)


def read_content(answer: Answer, *, issuer: str) -> Mapping[str, object]:
    """Return the JSON object that ``answer`` holds, an empty one where it says that it has no content.

    Raises:
        Refused: it is a refusal of the publisher's server.
        ServerUnreachable: it is anything else.
    """
    return {} if answer.status == 204 else read_document(answer, issuer=issuer)


def retry_after(answer: Answer) -> int | None:
    """Return the seconds of `Retry-After`, at most a day; None without it, or where it is a date."""
    text = answer.headers.get("retry-after", "").strip()
    return min(int(text), _LONGEST_WAIT) if text.isascii() and text.isdigit() else None


def _refusal(answer: Answer, issuer: str) -> Refused | None:
    """Return the refusal, if ``answer`` is one of ours: a captive portal's 403 is not."""
    if answer.headers.get("content-type", "").partition(";")[0].strip().lower() != _PROBLEM:
        return None
    problem = _json_object(answer.body)
    code = problem.get("code") if problem else None
    if problem is None or not isinstance(code, str):
        return None
    if code not in REASONS and problem.get("type") != f"{issuer}/problems/{code}":
        return None
    members = {
        name: value
        for name, value in problem.items()
        if name not in _STANDARD_MEMBERS and _is_showable(name) and _is_showable(value)
    }
    seconds = retry_after(answer)
    if seconds is not None:
        members["retry_after"] = seconds
    fallback = {name: problem[name] for name in ("title", "detail", "next") if name in problem}
    return Refused(code, members, fallback=fallback)


def _is_showable(value: object, depth: int = 0) -> bool:
    """Tell whether a member may reach a person: no escape sequence for the terminal, no absurd number."""
    if isinstance(value, str):
        return value.isprintable()
    if isinstance(value, list | dict) and depth < _DEEPEST:
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        return all(_is_showable(each, depth + 1) for each in inner)
    return value is None or (isinstance(value, int | float) and abs(value) <= _LARGEST)


def _json_object(body: bytes) -> Mapping[str, object] | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
