"""``Idempotency-Key``: the same request again gets the same answer again, for a day.

The answer is kept beside what it tells of, not with it. Should the server die in between, the repeated
request runs again, and activating or renewing twice is harmless by itself.

Servers that share a database take turns at a request: one runs it, the others wait for its answer. A turn
lasts as long as the request, and ends by itself when its server died.

An answer holds a certificate, and that the hardware's hashes as the computer sent them. So it is encrypted,
by what only the caller knows: the request itself. Whoever reads the database reads no answer.
"""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, delete, insert, select

from mooring.core.refusals import IdempotencyConflict, InvalidRequest
from mooring.server.foundation.database.port import Database, DatabaseUnavailable, UniqueViolation
from mooring.server.foundation.database.statement import Statement
from mooring.server.foundation.database.sweeping import removing, sweep
from mooring.server.foundation.turns.keeping import keeping
from mooring.server.foundation.turns.port import Turns
from mooring.server.web.http.requests import Answer, Request
from mooring.server.web.http.tables import idempotent_answers

KEPT_FOR = timedelta(hours=24)
TURN_LASTS = timedelta(seconds=5)
"""A repeated request waits no longer for a server that died with the first one."""
LOOKS_AGAIN_AFTER = 0.05
"""Seconds after which a request that another server runs is looked for again."""

_NONCE_BYTES: Final = 12
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
_PRUNE = removing(idempotent_answers, idempotent_answers.c.created_at <= bindparam("until"))


def idempotency_key(request: Request) -> str | None:
    """Return the request's ``Idempotency-Key``; None when it has none.

    Raises:
        InvalidRequest: it is not 1 to 255 visible ASCII characters, or is there twice.
    """
    key = request.one_of(b"idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidRequest(member="Idempotency-Key", status=400)
    return key


class _Names(NamedTuple):
    """What a request is known by: its row, what is stored of its body, and the key to its answer."""

    row: bytes
    request_hash: bytes
    secret: bytes

    @classmethod
    def of(cls, scope: Sequence[str], body_digest: bytes) -> Self:
        name = "\0".join(scope).encode()
        secret = hashlib.sha256(b"mooring/idempotent-answer/1\0" + body_digest + name).digest()
        return cls(hashlib.sha256(name).digest(), hashlib.sha256(body_digest).digest(), secret)


class Idempotency:
    """Remembers final answers and repeats them."""

    def __init__(self, database: Database, turns: Turns) -> None:
        self._database = database
        self._turns = turns
        self._running: dict[bytes, asyncio.Event] = {}

    async def once(
        self,
        scope: Sequence[str],
        body_digest: bytes,
        *,
        at: datetime,
        answer: Callable[[], Awaitable[Answer]],
    ) -> Answer:
        """Return the answer kept for ``scope`` (the caller, the route, the caller's key), else a new one.

        ``body_digest`` is the SHA-256 digest of the request's body; it is not kept itself.

        Duplicates that arrive together wait for the first; should its answer not be final, the next tries.

        Raises:
            IdempotencyConflict: the key was used for a request with another body.
        """
        names = _Names.of(scope, body_digest)
        while (running := self._running.get(names.row)) is not None:
            await running.wait()
        self._running[names.row] = asyncio.Event()
        try:
            return await self._in_turn(names, at, answer)
        finally:
            self._running.pop(names.row).set()

    async def prune(self, *, at: datetime) -> int:
        """Forget the answers that are a day old, and return how many."""
        return await sweep(self._database, _PRUNE, until=at - KEPT_FOR)

    async def _in_turn(self, names: _Names, at: datetime, answer: Callable[[], Awaitable[Answer]]) -> Answer:
        subject = f"idempotent answer {names.row.hex()}"
        while (turn := await self._turns.take(subject, lasts=TURN_LASTS)) is None:
            if (kept := await self._kept(names, at)) is not None:
                return kept
            await asyncio.sleep(LOOKS_AGAIN_AFTER)
        async with keeping(self._turns, turn, lasts=TURN_LASTS):
            return await self._kept(names, at) or await self._new(names, at, answer)

    async def _kept(self, names: _Names, at: datetime) -> Answer | None:
        async with self._database.reading() as session:
            row = await session.fetch_one(_FIND, name=names.row, since=at - KEPT_FOR)
        if row is None:
            return None
        if row.request_hash != names.request_hash:
            raise IdempotencyConflict
        headers = (
            (b"content-type", row.media_type.encode()),
            (b"cache-control", b"no-store"),
            (b"idempotent-replayed", b"true"),
        )
        nonce, sealed = row.body[:_NONCE_BYTES], row.body[_NONCE_BYTES:]
        return Answer(row.status, AESGCM(names.secret).decrypt(nonce, sealed, None), headers)

    async def _new(self, names: _Names, at: datetime, answer: Callable[[], Awaitable[Answer]]) -> Answer:
        given = await answer()
        if given.status >= 500 or given.status in _NOT_FINAL:
            return given
        nonce = os.urandom(_NONCE_BYTES)
        # What it tells of is done and durable: an answer that could not be kept is still true.
        # Where it lost its turn while the database was away, another server may have kept an answer, too.
        with contextlib.suppress(DatabaseUnavailable, UniqueViolation):
            async with self._database.transaction() as transaction:
                await transaction.execute(_FORGET, name=names.row)  # one that is a day old and not yet pruned
                await transaction.execute(
                    _KEEP,
                    name=names.row,
                    request_hash=names.request_hash,
                    status=given.status,
                    media_type=dict(given.headers).get(b"content-type", b"").decode(),
                    body=nonce + AESGCM(names.secret).encrypt(nonce, given.body, None),
                    created_at=at,
                )
        return given
