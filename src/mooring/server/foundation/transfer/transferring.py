"""Transferring: every row from one database to another, then the proof that both hold the same."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import NamedTuple, Protocol

from mooring.server.foundation.transfer.rows import Digest, Row, Shape, Tally


class NotEqual(Exception):
    """What arrived is not what was sent; nothing of it was kept."""

    def __init__(self, proofs: "Sequence[Proof]") -> None:
        differing = ", ".join(proof.table for proof in proofs if not proof.equal)
        super().__init__(f"These tables did not arrive as they were sent: {differing}.")
        self.proofs = proofs


class TransferRefused(Exception):
    """A database cannot be taken from, or into, as things are; the message says why. Nothing was changed."""

    def __init__(self, detail: str, next_step: str) -> None:
        super().__init__(detail)
        self.next_step = next_step


class TargetFilled(TransferRefused):
    """The database that should be filled has rows already."""


class Source(Protocol):
    """A database as it is at one instant."""

    async def count(self, shape: Shape) -> int:
        """Return how many rows a table has."""
        ...

    def batches(self, shape: Shape) -> AsyncIterator[Sequence[Row]]:
        """Give all rows of a table, some thousand at a time."""
        ...


class Target(Source, Protocol):
    """A database within one transaction, which others see only once it is committed."""

    async def take(self, shape: Shape, rows: Sequence[Row]) -> None:
        """Add ``rows`` to a table.

        Raises:
            TransferRefused: this database cannot hold one of them.
        """
        ...


class Proof(NamedTuple):
    """What one table came to on both sides."""

    table: str
    source: Digest
    target: Digest

    @property
    def equal(self) -> bool:
        """Whether every row arrived as it was."""
        return self.source == self.target


async def transfer(
    source: Source, target: Target, shapes: Sequence[Shape], progress: Callable[[int], None]
) -> list[Proof]:
    """Copy every table and return the proof of each; ``progress`` is told of each row twice, there and back.

    Raises:
        NotEqual: a table differs; leave the target's transaction with this exception, and nothing is kept.
        TransferRefused: the target cannot hold a row.
    """
    done = 0
    sent: list[Digest] = []
    for shape in shapes:
        tally = Tally(shape)
        async for rows in source.batches(shape):
            tally.add(rows)
            await target.take(shape, rows)
            done += len(rows)
            progress(done)
        sent.append(tally.digest)
    proofs = []
    for shape, digest in zip(shapes, sent, strict=True):
        tally = Tally(shape)
        async for rows in target.batches(shape):
            tally.add(rows)
            done += len(rows)
            progress(done)
        proofs.append(Proof(shape.name, digest, tally.digest))
    if not all(proof.equal for proof in proofs):
        raise NotEqual(proofs)
    return proofs
