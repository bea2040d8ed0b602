"""The primary dies, falls silent or hands over in the middle of a rush: nothing acknowledged is lost."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest

from mooring.core.descriptor import parse_descriptor
from tests.e2e.cluster.conftest import LONG, SEATS
from tests.support.cluster.patroni import PatroniCluster
from tests.support.crowd import Customer, Told, a_crowd
from tests.support.looking import ServedLook
from tests.support.servers import Server

AWAY_AT_MOST = 30.0
"""Seconds after which nobody is refused any more because the primary is gone."""

_numbers = count(1)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("how", ["killed", "silent"] if LONG else ["killed"])
async def test_the_primary_is_gone_in_the_middle_of_a_rush(cluster: PatroniCluster, server: Server, how: str):
    lost, heir = cluster.leader(), cluster.follower()
    rush = Rush(server, 5_000 if LONG else 600)
    await rush.come_while(lost.kill if how == "killed" else lost.freeze)
    assert cluster.leader() is heir
    check_kept(cluster, rush)
    print(f"\n{how}: {rush.figures()}")
    assert rush.told.repeated > 0
    assert rush.refused_for() < AWAY_AT_MOST, rush.figures()
    await asyncio.to_thread(lost.start if how == "killed" else lost.thaw)
    await asyncio.to_thread(cluster.wait_until_both_keep_what_is_written)
    assert cluster.follower() is lost
    check_kept(cluster, rush)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_the_primary_hands_over_in_the_middle_of_a_rush(cluster: PatroniCluster, server: Server):
    heir = cluster.follower()
    rush = Rush(server, 5_000 if LONG else 600, begun=0.2)  # it takes a moment before it begins
    await rush.come_while(cluster.switch_over)
    assert cluster.leader() is heir
    check_kept(cluster, rush)
    print(f"\nhanded over: {rush.figures()}")
    assert rush.told.refused_at, "it was over before the primary handed over"
    assert rush.refused_for() < AWAY_AT_MOST, rush.figures()


class Rush:
    """So many activations at once, of somewhat more customers: five for each key that has four seats."""

    def __init__(self, server: Server, activations: int, *, begun: float = 0.4) -> None:
        self.server = server
        self.begun = begun
        self.activations = activations
        self.told = Told()
        self.happened_at = 0.0

    async def come_while(self, happens: Callable[[], object]) -> None:
        """Let the customers come, and something happen when a part of them was answered."""
        keys = await asyncio.to_thread(self.server.mint, self.activations // SEATS, policy="crew")
        customers = [Customer(next(_numbers), key) for _ in range(SEATS + 1) for key in keys]
        salt = parse_descriptor((self.server.folder / "mooring.json").read_bytes()).hardware_salt
        with a_crowd(self.server.address, salt, customers) as crowd:
            await crowd.answered(int(len(customers) * self.begun))
            self.happened_at = time.monotonic()
            await asyncio.to_thread(happens)
            self.told = await crowd.told()

    def refused_for(self) -> float:
        """Return for how many seconds anybody was refused."""
        return max((at - self.happened_at for at in self.told.refused_at), default=0.0)

    def silence(self) -> float:
        """Return for how many seconds, at most, nobody was answered."""
        times = sorted(at for at in self.told.answered_at if at >= self.happened_at)
        return max(b - a for a, b in zip([self.happened_at, *times], times, strict=False))

    def figures(self) -> str:
        """Return what was measured."""
        told = self.told
        later = sum(at > self.happened_at for at in told.answered_at)
        return (
            f"{len(told.activations)} acknowledged, {dict(told.answers)}, {later} of all afterwards; "
            f"{self.silence():.1f} s without an answer, {len(told.refused_at)} refusals, "
            f"the last after {self.refused_for():.1f} s; {told.repeated} asked again; "
            f"the slowest answer took {told.slowest:.1f} s"
        )


def check_kept(cluster: PatroniCluster, rush: Rush) -> None:
    """Hold the database to what was acknowledged, neither less nor more."""
    told = rush.told
    assert told.answers.total() == rush.activations // SEATS * (SEATS + 1)
    acknowledged = set(told.activations.values())
    assert len(acknowledged) == len(told.activations) == rush.activations
    with ServedLook(cluster.url("mooring").render_as_string()) as look:
        look.hold_still()
        rows = look.query("SELECT id, license_id, released_at IS NULL AND kind = 'seat' FROM activations")
        held = dict(look.query("SELECT id, held FROM licenses"))
    licenses = {license_id for activation, license_id, _ in rows if activation in acknowledged}
    of_rush = [row for row in rows if row[1] in licenses]
    assert {activation for activation, *_ in of_rush} == acknowledged  # nobody was given one that is gone
    assert all(holds for *_, holds in of_rush)
    assert Counter(license_id for _, license_id, _ in of_rush) == dict.fromkeys(licenses, SEATS)
    assert {held[license_id] for license_id in licenses} == {SEATS}
