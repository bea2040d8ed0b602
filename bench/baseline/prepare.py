"""Fills the baseline's database with the same keys."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bench.baseline.models import Base, License

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def prepare(database: Path, keys: Iterable[str]) -> None:
    """Make the tables and a license for each of ``keys``."""
    engine = create_engine(f"sqlite:///{database}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(
            License(id=uuid.uuid4().hex[:30], key_hash=key_hash(key), seats=1, standing="active")
            for key in keys
        )
        session.commit()
    engine.dispose()


def key_hash(key: str) -> str:
    """Return the hash by which a key is found."""
    return hashlib.sha256(key.replace("-", "").encode()).hexdigest()
