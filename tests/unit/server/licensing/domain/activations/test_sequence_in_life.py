"""Honest mishaps are never flagged, and copies always: simulated lives of installations over the years."""

from datetime import timedelta
from random import Random

import pytest

from mooring.server.licensing.domain.activations.sequence import Clone, Sequence
from tests.support.licenses import AT, DAY, HOUR

LIVES = 40


class Server:
    """Keeps the sequence of one installation."""

    def __init__(self):
        self.sequence = Sequence.begun()
        self.flags = 0

    def renew(self, number, at):
        """Return the number of the certificate that answers, or none for a refusal."""
        decision, self.sequence = self.sequence.presented(number, at=at)
        if isinstance(decision, Clone):
            self.flags += 1
            return None
        return decision.number


class Installation:
    """Renews at random times between half and three quarters of its offline period of 30 days."""

    def __init__(self, random, holds=1, at=AT):
        self.random = random
        self.holds = holds
        self.due_at = self.next_due(at)

    def next_due(self, at):
        return at + timedelta(days=self.random.uniform(15, 22.5))

    def renew(self, server, at, *, answer_lost=False):
        answer = server.renew(self.holds, at)
        if answer is not None and not answer_lost:
            self.holds = answer
        self.due_at = self.next_due(at) if not answer_lost else at + self.random.uniform(0.1, 48) * HOUR


def years_of(installation, years=5):
    end = AT + 365 * years * DAY
    while installation.due_at < end:
        yield installation.due_at


@pytest.mark.parametrize("life", range(LIVES))
def test_lost_answers_are_never_flagged(life):
    random, server = Random(life), Server()
    installation = Installation(random)
    for at in years_of(installation):
        installation.renew(server, at, answer_lost=random.random() < 0.4)
    assert server.flags == 0
    assert server.sequence.abandoned_at == ()


@pytest.mark.parametrize("life", range(LIVES))
def test_two_processes_that_renew_at_once_are_never_flagged(life):
    random, server = Random(life), Server()
    installation = Installation(random)
    for at in years_of(installation):
        read = installation.holds
        answers = [server.renew(read, at) for _ in range(random.randint(2, 4))]
        installation.holds = random.choice(answers)
        installation.due_at = installation.next_due(at)
    assert server.flags == 0


@pytest.mark.parametrize("life", range(LIVES))
def test_a_snapshot_restored_over_and_over_is_never_flagged(life):
    """A laboratory's machine: set up once, and set back to that day after every use."""
    random, server = Random(life), Server()
    installation = Installation(random)
    for _ in range(random.randint(1, 5)):
        installation.renew(server, AT)
    snapshot = installation.holds
    for at in years_of(installation):
        installation.renew(server, at, answer_lost=random.random() < 0.1)
        if random.random() < 0.5:
            installation.holds = snapshot
    assert server.flags == 0


@pytest.mark.parametrize("life", range(LIVES))
def test_restoring_the_latest_backup_is_never_flagged(life):
    """A home backed up every week, and restored now and then, with lost answers between."""
    random, server = Random(life), Server()
    installation = Installation(random)
    backup, backed_up_at = installation.holds, AT
    for at in years_of(installation):
        if random.random() < 0.15:
            installation.holds = backup
        installation.renew(server, at, answer_lost=random.random() < 0.2)
        if at >= backed_up_at + 7 * DAY:
            backup, backed_up_at = installation.holds, at
    assert server.flags == 0


@pytest.mark.parametrize("life", range(LIVES))
def test_one_wrong_backup_now_and_then_is_forgiven(life):
    """Every three months somebody restores an old backup, notices, and restores the right one."""
    random, server = Random(life), Server()
    installation = Installation(random)
    kept = [1]
    mistaken_at = AT
    for at in years_of(installation):
        installation.renew(server, at)
        kept.append(installation.holds)
        if at >= mistaken_at + 90 * DAY and len(kept) > 4:
            right, mistaken_at = installation.holds, at
            installation.holds = random.choice(kept[:-2])
            installation.renew(server, at + HOUR)
            installation.holds = right
    assert server.flags == 0


@pytest.mark.parametrize("life", range(LIVES))
def test_a_server_restored_from_its_backup_flags_nobody(life):
    random, server = Random(life), Server()
    installation = Installation(random)
    backup = server.sequence
    for at in years_of(installation):
        installation.renew(server, at, answer_lost=random.random() < 0.2)
        if random.random() < 0.1:
            server.sequence = backup
        if random.random() < 0.2:
            backup = server.sequence
    assert server.flags == 0


@pytest.mark.parametrize("copies", [2, 3])
@pytest.mark.parametrize("life", range(LIVES))
def test_copies_that_are_used_now_and_then_are_always_flagged(life, copies):
    """Copies renew when their program runs: at times of their own, not when a server would like it."""
    random, server = Random(life), Server()
    installations = [Installation(random) for _ in range(copies)]
    at = AT
    for _ in range(60):
        at += timedelta(days=random.expovariate(1 / 6))
        random.choice(installations).renew(server, at)
    assert server.flags > 0
    assert server.sequence.flagged_at is not None


@pytest.mark.parametrize("life", range(LIVES))
def test_copies_that_drift_apart_are_always_flagged(life):
    """Each renews by its own clock with jitter; the lost weeks of a holiday shift one against the other."""
    random, server = Random(life), Server()
    original, copy = Installation(random), Installation(random)
    while min(original.due_at, copy.due_at) < AT + 10 * 365 * DAY and not server.flags:
        next_one = min(original, copy, key=lambda each: each.due_at)
        next_one.renew(server, next_one.due_at)
        if random.random() < 0.1:
            next_one.due_at += timedelta(days=random.uniform(10, 40))
    assert server.flags > 0


@pytest.mark.parametrize("life", range(LIVES))
def test_the_owner_goes_on_undisturbed_once_it_is_settled(life):
    random, server = Random(life), Server()
    owner, copy = Installation(random), Installation(random)
    at = AT
    while not server.flags:
        at += timedelta(days=random.expovariate(1 / 6))
        random.choice([owner, copy]).renew(server, at)
    issue, server.sequence = server.sequence.settled()
    owner.holds = issue.number
    for _ in range(60):
        at += timedelta(days=random.expovariate(1 / 6))
        server.flags = 0
        owner.renew(server, at, answer_lost=random.random() < 0.2)
        assert server.flags == 0
        copy.renew(server, at)
        assert server.flags == 1
    assert server.sequence.flagged_at is None
