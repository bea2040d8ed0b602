"""Status lists over HTTP: which certificates the publisher took back."""

import hashlib
import re
from base64 import urlsafe_b64encode
from typing import Final

from mooring.core.refusals import NotFound
from mooring.server.web.http.requests import Answer, Request
from mooring.server.web.services import Services

MEDIA_TYPE: Final = "application/statuslist+jwt"
FRESH_FOR = 60
"""Seconds for which a cache may repeat a list: a revocation is seen no later than that after it is signed."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


class StatusListRoutes:
    """The handler of ``/v1/status-lists/{n}``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def read(self, request: Request, _message: None) -> Answer:
        """Answer ``GET /v1/status-lists/{n}``."""
        number = request.params["n"]
        if not _NUMBER.fullmatch(number):
            raise NotFound
        token = (await self._services.read_status_list(int(number), at=request.at)).encode()
        tag = b'"%s"' % urlsafe_b64encode(hashlib.sha256(token).digest()[:15])
        headers = (
            (b"content-type", MEDIA_TYPE.encode()),
            (b"etag", tag),
            (b"cache-control", b"public, max-age=%d" % FRESH_FOR),
        )
        known = b",".join(request.all_of(b"if-none-match"))
        if tag in {each.strip().removeprefix(b"W/") for each in known.split(b",")}:
            return Answer(304, b"", headers[1:])
        return Answer(200, token, headers)
