"""``Idempotency-Key``: the same request again gets the same answer again, for a day.

The answer is kept beside what it tells of, not with it. Should the server die in between, the repeated
request runs again, and activating or renewing twice is harmless by itself.
"""

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from mooring.core.refusals import IdempotencyConflict, InvalidRequest
from mooring.server.foundation.database.port import Database, DatabaseUnavailable
from mooring.server.foundation.database.statement import Statement
from mooring.server.web.http.requests import Answer, Request
from mooring.server.web.http.tables import idempotent_answers

KEPT_FOR = timedelta(hours=24)

_NOT_FINAL: Final = {401, 429}
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

_FIND = Statement(
    select(
        idempotent_answers.c.request_hash,
        idempotent_answers.c.status,
        idempotent_answers.c.media_type,
        idempotent_answers.c.body,
    ).where(
        idempotent_answers.c.name == bindparam("name"),
        idempotent_answers.c.created_at > bindparam("since"),
    )
)
_KEEP = Statement(insert(idempotent_answers))
_FORGET = Statement(delete(idempotent_answers).where(idempotent_answers.c.name == bindparam("name")))
_PRUNE = Statement(delete(idempotent_answers).where(idempotent_answers.c.created_at <= bindparam("until")))


def idempotency_key(request: Request) -> str | None:
    """Return the request's ``Idempotency-Key``; None when it has none.

    Raises:
        InvalidRequest: it is not 1 to 255 visible ASCII characters, or is there twice.
    """
    key = request.one_of(b"idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidRequest(member="Idempotency-Key", status=400)
    return key


class Idempotency:
    """Remembers final answers and repeats them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running: dict[bytes, asyncio.Event] = {}

    async def once(
        self,
        scope: Sequence[str],
        request_hash: bytes,
        *,
        at: datetime,
        answer: Callable[[], Awaitable[Answer]],
    ) -> Answer:
        """Return the answer kept for ``scope`` (the caller, the route, the caller's key), else a new one.

        Duplicates that arrive together wait for the first; should its answer not be final, the next tries.

        Raises:
            IdempotencyConflict: the key was used for a request with another body.
        """
        name = hashlib.sha256("\0".join(scope).encode()).digest()
        while (running := self._running.get(name)) is not None:
            await running.wait()
        self._running[name] = asyncio.Event()
        try:
            return await self._kept(name, request_hash, at) or await self._new(name, request_hash, at, answer)
        finally:
            self._running.pop(name).set()

    async def prune(self, *, at: datetime) -> int:
        """Forget the answers that are a day old, and return how many."""
        async with self._database.transaction() as transaction:
            return await transaction.execute(_PRUNE, until=at - KEPT_FOR)

    async def _kept(self, name: bytes, request_hash: bytes, at: datetime) -> Answer | None:
        async with self._database.reading() as session:
            row = await session.fetch_one(_FIND, name=name, since=at - KEPT_FOR)
        if row is None:
            return None
        if row.request_hash != request_hash:
            raise IdempotencyConflict
        headers = (
            (b"content-type", row.media_type.encode()),
            (b"cache-control", b"no-store"),
            (b"idempotent-replayed", b"true"),
        )
        return Answer(row.status, row.body.encode(), headers)

    async def _new(
        self, name: bytes, request_hash: bytes, at: datetime, answer: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        given = await answer()
        if given.status >= 500 or given.status in _NOT_FINAL:
            return given
        # What it tells of is done and durable: an answer that could not be kept is still true.
        with contextlib.suppress(DatabaseUnavailable):
            async with self._database.transaction() as transaction:
                await transaction.execute(_FORGET, name=name)  # one that is a day old and not yet pruned
                await transaction.execute(
                    _KEEP,
                    name=name,
                    request_hash=request_hash,
                    status=given.status,
                    media_type=dict(given.headers).get(b"content-type", b"").decode(),
                    body=given.body.decode(),
                    created_at=at,
                )
        return given
