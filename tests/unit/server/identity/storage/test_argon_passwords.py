"""Passwords hashed with argon2id: few at once, and as much work for nobody as for somebody."""

import asyncio
import threading

import argon2
import pytest

from mooring.core.refusals import ServiceUnavailable
from mooring.server.identity.domain.password import Password
from mooring.server.identity.storage.argon_passwords import RETRY_AFTER, ArgonPasswords

QUICK = {"time_cost": 1, "memory_cost": 16, "parallelism": 1}
MINE, OTHER = Password("correct horse"), Password("battery staple")


class SlowHasher(argon2.PasswordHasher):
    """Hashes only when it is let; ``most`` is how many it did at the same time, ``verified`` against what."""

    def __init__(self):
        super().__init__(**QUICK)
        self.let = threading.Semaphore(0)
        self.began = threading.Semaphore(0)
        self.running = self.most = 0
        self.verified = []
        self._counting = threading.Lock()

    def verify(self, stored, password):
        with self._counting:
            self.running += 1
            self.most = max(self.most, self.running)
            self.verified.append(stored)
        self.began.release()
        self.let.acquire()
        with self._counting:
            self.running -= 1
        return super().verify(stored, password)


def quick():
    return ArgonPasswords(argon2.PasswordHasher(**QUICK))


async def gone_by(tasks):
    """Let the loop run until all of ``tasks`` are where they wait."""
    for _ in range(3 * len(tasks)):
        await asyncio.sleep(0)


async def test_knows_a_password_again_and_no_other():
    passwords = quick()
    stored = await passwords.hash(MINE)
    assert await passwords.matches(MINE, stored)
    assert not await passwords.matches(OTHER, stored)


async def test_salts_each_hash():
    passwords = quick()
    assert await passwords.hash(MINE) != await passwords.hash(MINE)


async def test_hashes_whatever_a_browser_can_send():
    passwords = quick()
    odd = Password("\ud800\x00pass")
    assert await passwords.matches(odd, await passwords.hash(odd))


async def test_hashes_with_argon2id_at_the_costs_of_the_rfc_by_default():
    stored = await ArgonPasswords().hash(MINE)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


async def test_nobodys_password_costs_the_same_work_and_is_never_right():
    hasher = SlowHasher()
    for _ in range(3):
        hasher.let.release()
    passwords = ArgonPasswords(hasher)
    assert not await passwords.matches(MINE, None)
    assert not await passwords.matches(Password(""), None)
    stored = await passwords.hash(MINE)
    assert await passwords.matches(MINE, stored)
    nobody, again, somebody = hasher.verified
    assert nobody == again
    parameters = [argon2.extract_parameters(each) for each in (nobody, somebody)]
    assert parameters[0] == parameters[1]
    assert len(nobody) == len(somebody)


async def test_two_servers_have_other_nobodies():
    hashers = [SlowHasher(), SlowHasher()]
    for hasher in hashers:
        hasher.let.release()
        await ArgonPasswords(hasher).matches(MINE, None)
    assert hashers[0].verified != hashers[1].verified


async def test_knows_hashes_made_at_other_costs():
    passwords = quick()
    older = await ArgonPasswords(argon2.PasswordHasher(**QUICK | {"time_cost": 2})).hash(MINE)
    assert passwords.is_outdated(older)
    assert not passwords.is_outdated(await passwords.hash(MINE))


async def test_damage_in_the_database_is_no_wrong_password():
    with pytest.raises(argon2.exceptions.InvalidHashError):
        await quick().matches(MINE, "damaged")


async def test_hashes_two_at_once_while_others_wait_and_turns_the_rest_away():
    hasher = SlowHasher()
    passwords = ArgonPasswords(hasher, at_once=2, waiting=3)
    waiting = [asyncio.create_task(passwords.matches(MINE, None)) for _ in range(5)]
    await gone_by(waiting)
    with pytest.raises(ServiceUnavailable) as refused:
        await passwords.matches(MINE, None)
    assert refused.value.retry_after == RETRY_AFTER
    with pytest.raises(ServiceUnavailable):
        await passwords.hash(MINE)
    for _ in range(5):
        hasher.let.release()
    assert await asyncio.gather(*waiting) == [False] * 5
    assert hasher.most == 2
    hasher.let.release()
    assert not await passwords.matches(MINE, None)


async def test_who_leaves_while_it_hashes_keeps_the_place_until_it_is_done():
    hasher = SlowHasher()
    passwords = ArgonPasswords(hasher, at_once=1, waiting=0)
    leaving = asyncio.create_task(passwords.matches(MINE, None))
    await asyncio.to_thread(hasher.began.acquire)
    leaving.cancel()
    await asyncio.wait([leaving])
    with pytest.raises(ServiceUnavailable):
        await passwords.matches(MINE, None)
    hasher.let.release(2)
    while True:  # until the thread is done, which nothing but the place tells
        try:
            assert not await passwords.matches(MINE, None)
            break
        except ServiceUnavailable:
            await asyncio.sleep(0)


async def test_who_leaves_the_queue_makes_room():
    hasher = SlowHasher()
    passwords = ArgonPasswords(hasher, at_once=1, waiting=1)
    hashing = asyncio.create_task(passwords.matches(MINE, None))
    await asyncio.to_thread(hasher.began.acquire)
    leaving = asyncio.create_task(passwords.matches(MINE, None))
    await gone_by([leaving])
    leaving.cancel()
    await asyncio.wait([leaving])
    hasher.let.release(2)
    assert not await passwords.matches(MINE, None)
    assert not await hashing
    assert len(hasher.verified) == 2


async def test_a_crowd_does_not_stop_the_loop():
    hasher = SlowHasher()
    passwords = ArgonPasswords(hasher)
    hashing = asyncio.create_task(passwords.matches(MINE, None))
    await asyncio.to_thread(hasher.began.acquire)
    assert not hashing.done()  # and yet this line runs
    hasher.let.release()
    assert not await hashing
