"""Forms and queries: names and values as browsers and OAuth clients send them, each name once."""

from typing import Final
from urllib.parse import parse_qsl

from mooring.core.refusals import InvalidRequest
from mooring.server.web.http.requests import Request

MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 100
"""Fields that a form may have: all of ours have fewer than twenty."""

Fields = dict[str, str]


def read_form(request: Request) -> Fields:
    """Return the fields in the body of ``request``, which was read before.

    Raises:
        InvalidRequest: with 415 when it is no form by its own word, 400 when it cannot be read or has a
            field twice, of which two readers might choose differently.
    """
    media_type = (request.one_of(b"content-type") or "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise InvalidRequest(member="Content-Type", status=415)
    return _fields(request.body)


def read_query(request: Request) -> Fields:
    """Return the fields in the query of ``request``.

    Raises:
        InvalidRequest: with 400, as for a form.
    """
    return _fields(bytes(request.scope["query_string"]))


def _fields(data: bytes) -> Fields:
    try:
        pairs = parse_qsl(
            data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:  # also of a byte that is not ASCII, or an escape that is not UTF-8
        raise InvalidRequest(member="body", status=400) from None
    fields: Fields = {}
    for name, value in pairs:
        if name in fields:
            raise InvalidRequest(member=name[:64], status=400)
        fields[name] = value
    return fields
