"""Fills the baseline's database with the same keys."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from bench.baseline.models import Base, License

if TYPE_CHECKING:
    from collections.abc import Iterable


def prepare(url: str, keys: Iterable[str]) -> None:
    """Make the tables and a license for each of ``keys`` in the database at ``url``."""
    asyncio.run(_prepare(url, keys))


async def _prepare(url: str, keys: Iterable[str]) -> None:
    engine = create_async_engine(driven(url))
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add_all(
            License(id=uuid.uuid4().hex[:30], key_hash=key_hash(key), seats=1, standing="active")
            for key in keys
        )
        await session.commit()
    await engine.dispose()


def driven(url: str) -> str:
    """Return ``url`` with the asynchronous driver that most would choose."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}+{'asyncpg' if scheme == 'postgresql' else 'aiosqlite'}{separator}{rest}"


def key_hash(key: str) -> str:
    """Return the hash by which a key is found."""
    return hashlib.sha256(key.replace("-", "").encode()).hexdigest()
