"""Whether an activation and a renewal take longer when there are many licenses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench.devices import a_nonce, devices, remember_activations
from bench.load import send_all
from bench.processes import Publisher
from bench.table import Row
from mooring.core.jose.encoding import b64url_decode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.places import Place

FEW = 10_000
ROUNDS = 3
PER_ROUND = 400
ONE_AT_A_TIME = 1


def rows(folder: Path, many: int, new_place: Callable[[], Place | None]) -> list[Row]:
    """Measure the medians among ``many`` licenses against those among 10,000."""
    small, large = (_filled(folder / str(count), count, new_place()) for count in (FEW, many))
    with small.serving(), large.serving():
        pairs = [(_medians(small, number), _medians(large, number)) for number in range(ROUNDS)]
    return [
        Row(
            f"p50 of {what} at {many:,} licenses, {small.place.name}",
            [in_large[at] for _, in_large in pairs], "ms",
            f"at {FEW:,}", [in_small[at] for in_small, _ in pairs], at_most=1.3,
        )
        for at, what in enumerate(("an activation", "a renewal"))
    ]  # fmt: skip


def _filled(folder: Path, count: int, place: Place | None) -> Publisher:
    publisher = Publisher(folder, place)
    publisher.mint(count)
    return publisher


def _medians(publisher: Publisher, number: int) -> tuple[float, float]:
    """Return the median times, in milliseconds, of an activation and of a renewal."""
    salt = b64url_decode(json.loads(publisher.descriptor.read_text("utf-8"))["hardware_salt"])
    crowd = devices(PER_ROUND, salt, first_seed=1 + number * PER_ROUND)
    keys, nonce = publisher.mint(PER_ROUND), a_nonce(publisher.address)
    asked = [
        one.activation_request(publisher.address, key, nonce) for one, key in zip(crowd, keys, strict=True)
    ]
    activations = send_all(publisher.address, asked, ONE_AT_A_TIME).expect(201)
    remember_activations(crowd, [answer.body for answer in activations.answers])
    asked = [one.renewal_request(publisher.address, nonce) for one in crowd]
    return activations.percentile(0.5), send_all(publisher.address, asked, ONE_AT_A_TIME).expect(
        200
    ).percentile(0.5)
