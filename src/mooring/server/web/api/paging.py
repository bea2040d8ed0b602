"""Pages of a list over HTTP: ``?limit=50&cursor=...``."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from mooring.core.identifiers import is_identifier
from mooring.core.refusals import InvalidRequest
from mooring.server.licensing.use_cases.holders.messages import FIRST_PAGE, MOST_ITEMS, PageWish
from mooring.server.web.http.requests import Request

PAGING: Final[Mapping[str, Mapping[str, object]]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": FIRST_PAGE.limit},
    "cursor": {"type": "string", "description": "The next_cursor of the page before."},
}


def page_wish(request: Request, prefix: str) -> PageWish:
    """Return which page the request asks for, of a list whose items have ids with this prefix.

    Raises:
        InvalidRequest: A parameter is not what it must be, or is there twice.
    """
    given = parse_qsl(request.scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    asked = dict(given)
    for name in PAGING:
        if sum(each == name for each, _ in given) > 1:
            raise InvalidRequest(name)
    limit, cursor = asked.get("limit", str(FIRST_PAGE.limit)), asked.get("cursor")
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 4 and 1 <= int(limit) <= MOST_ITEMS):
        raise InvalidRequest("limit")
    if cursor is not None and not is_identifier(cursor, prefix):
        raise InvalidRequest("cursor")
    return PageWish(cursor, int(limit))
