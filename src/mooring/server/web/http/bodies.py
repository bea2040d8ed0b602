"""A request's body, from bytes to a checked message; what is wrong is named by its member."""

import re
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec

from mooring.core.refusals import InvalidRequest
from mooring.server.web.http.requests import Answer, Request

JSON: Final = (b"content-type", b"application/json")
NO_STORE: Final = (b"cache-control", b"no-store")

Message = TypeVar("Message", bound=msgspec.Struct)

_encode = msgspec.json.Encoder().encode
_MISSING = re.compile(r"missing required field `([^`]+)`")
_PATH = re.compile(r"(?:at|in) `\$\.?([^`]*)`")


def read_message(message: type[Message], request: Request) -> Message:
    """Return the body of ``request`` as a ``message``. Members that it does not know are passed over.

    Raises:
        InvalidRequest: with 415 when it is not JSON by its own word, 400 when it cannot be read, 422 when
            a member is missing or has a wrong type.
    """
    media_type = (request.one_of(b"content-type") or "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise InvalidRequest(member="Content-Type", status=415)
    try:
        read: Message = _decoder(message).decode(request.body)
    except msgspec.ValidationError as error:
        raise InvalidRequest(member=_member_of(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidRequest(member="body", status=400) from None
    return read


def json_answer(status: int, document: object) -> Answer:
    """Return ``document`` as an answer that no cache keeps."""
    return Answer(status, _encode(document), (JSON, NO_STORE))


@lru_cache(maxsize=64)
def _decoder(message: type[Message]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(message)


def _member_of(error: str) -> str:
    """Return the member that msgspec's message tells of: ``Expected `str`, got `int` - at `$.product```."""
    path = _PATH.search(error)
    missing = _MISSING.search(error)
    parts = [path.group(1) if path else "", missing.group(1) if missing else ""]
    return ".".join(part for part in parts if part) or "body"
