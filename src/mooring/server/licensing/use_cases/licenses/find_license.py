"""Find the license that an operator means: by its id, by its whole key, or by the key's last five symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.identifiers import LICENSE, LicenseId, is_identifier
from mooring.core.product_key import ALPHABET, normalize, parse_product_key
from mooring.core.refusals import KeyUnknown
from mooring.server.licensing.domain.key_hash import hash_key
from mooring.server.licensing.domain.obstacles import NotThere, Obstacle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mooring.server.licensing.ports.license_desk import DeskReader, LicenseSummary


class SeveralMatch(Obstacle):
    """Several licenses fit what was given; ``candidates`` are those, and nothing was done to any."""

    code = "several_match"
    title = "Several licenses match"

    def __init__(self, last_five: str, candidates: Sequence[LicenseSummary]) -> None:
        super().__init__(
            f"{len(candidates)} keys end in {last_five}, which is only a label, so nothing was done.",
            "Give the id of the license you mean, or its whole key with -",
        )
        self.candidates = candidates
        self.lines = [
            f"{one.id}  {one.product} {one.edition}  {one.standing}  {one.held}/{one.seats} seats"
            for one in candidates
        ]
        self.members["candidates"] = [str(candidate.id) for candidate in candidates]


async def find_license(desk: DeskReader, reference: str, *, pepper: bytes) -> LicenseSummary:
    """Return the license that ``reference`` means.

    Args:
        desk: Where to look.
        reference: An id (``lic_…``), a whole product key, or the last five symbols of one.
        pepper: The secret under which keys are hashed.

    Raises:
        NotThere: There is no such license.
        SeveralMatch: Several keys end in these five symbols.
        KeyMalformed: It is neither an id, nor a key, nor five symbols.
        KeyUnknown: It is a key, but not of this publisher.
    """
    if reference.strip().startswith(f"{LICENSE}_"):
        return await _by_id(desk, reference.strip())
    symbols = normalize(reference)
    if len(symbols) == 5 and set(symbols) <= set(ALPHABET):
        return await _by_last_five(desk, symbols)
    found = await desk.by_key_hash(hash_key(parse_product_key(reference), pepper))
    if found is None:
        raise KeyUnknown
    return found


async def _by_id(desk: DeskReader, text: str) -> LicenseSummary:
    found = await desk.by_id(LicenseId(text)) if is_identifier(text, LICENSE) else None
    if found is None:
        raise NotThere(f"There is no license {text}.", "List them: mooring admin license list")
    return found


async def _by_last_five(desk: DeskReader, last_five: str) -> LicenseSummary:
    candidates = await desk.by_last_five(last_five)
    if not candidates:
        raise NotThere(f"No key here ends in {last_five}.", "List them: mooring admin license list")
    if len(candidates) > 1:
        raise SeveralMatch(last_five, candidates)
    return candidates[0]
