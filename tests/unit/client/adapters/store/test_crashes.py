"""Killed at any write, the next start finds the old state or the new one, never none, never half of one."""

import errno
import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from mooring.client.adapters.store.document import Owner
from mooring.client.adapters.store.file_store import FileStore
from mooring.client.adapters.store.resilient_store import ResilientStore
from mooring.client.domain.stored_state import NOTHING_STORED, StoredState
from tests.support.failing_files import Killed, every_failure

OWNER = Owner("https://licenses.example.com", "harbor-notes")
OLDEST = StoredState(certificate="the oldest", min_epoch=1)
OLD = StoredState(certificate="old", min_epoch=2)
NEW = StoredState(certificate="new", min_epoch=3)


def first_save(folder):
    return NOTHING_STORED


def second_save(folder):
    FileStore(folder, OWNER).save(OLD)
    return OLD


def later_save(folder):
    FileStore(folder, OWNER).save(OLDEST)
    FileStore(folder, OWNER).save(OLD)
    return OLD


def after_damage(folder):
    later_save(folder)
    damage(folder, "state.json")
    return OLDEST


def after_a_kill(folder):
    later_save(folder)
    for name in ("state.json.new", "state.previous.json.new"):
        with open(os.path.join(folder, name), "w") as file:
            file.write("half")
    return OLD


def damage(folder, name):
    path = os.path.join(folder, name)
    with open(path, "r+b") as file:
        file.truncate(os.path.getsize(path) // 2)


BEGINNINGS = [first_save, second_save, later_save, after_damage, after_a_kill]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_killed_at_any_write_leaves_the_old_state_or_the_new(tmp_path, beginning):
    outcomes, tries = set(), 0
    for files in every_failure(Killed()):
        tries += 1
        folder = str(tmp_path / str(tries))
        old = beginning(folder)
        with suppress(Killed):
            FileStore(folder, OWNER, files).save(NEW)
        held = FileStore(folder, OWNER).load()
        assert held.state in (old, NEW)
        assert not held.lost
        outcomes.add(held.state)
        FileStore(folder, OWNER).save(NEW)  # what was left behind is in nobody's way
        assert FileStore(folder, OWNER).load().state == NEW
    assert outcomes == {old, NEW}
    assert tries > 8


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_any_write_that_fails_leaves_the_old_state_or_the_new_and_the_program_has_the_new(
    tmp_path, beginning, number
):
    for tries, files in enumerate(every_failure(OSError(number, "refused"))):
        folder = str(tmp_path / str(tries))
        old = beginning(folder)
        store = ResilientStore(FileStore(folder, OWNER, files))
        store.save(NEW)
        assert store.load().state == NEW
        on_disk = FileStore(folder, OWNER).load().state
        assert on_disk in (old, NEW)


@pytest.mark.parametrize("beginning", [second_save, later_save])
def test_killed_while_forgetting_leaves_the_certificate_or_none(tmp_path, beginning):
    outcomes = set()
    for tries, files in enumerate(every_failure(Killed())):
        folder = str(tmp_path / str(tries))
        old = beginning(folder)
        with suppress(Killed):
            FileStore(folder, OWNER, files).forget()
        held = FileStore(folder, OWNER).load()
        assert held.state in (old, StoredState(min_epoch=old.min_epoch))
        outcomes.add(held.state.certificate)
    assert outcomes == {old.certificate, None}


_WRITER = """
import sys
from mooring.client.adapters.store.document import Owner
from mooring.client.adapters.store.file_store import FileStore
from mooring.client.domain.stored_state import StoredState
store = FileStore(sys.argv[1], Owner("https://licenses.example.com", "harbor-notes"))
number = int(sys.argv[2])
while True:
    number += 1
    store.save(StoredState(certificate="x" * 4000, min_epoch=number))
    print(number, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL on this system")
def test_a_killed_process_leaves_the_last_saved_state_or_the_one_after(tmp_path):
    saved = 0
    for stroke in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path), str(saved)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(1 + stroke * 3):
            saved = int(writer.stdout.readline())
        writer.kill()
        rest, _ = writer.communicate()
        told = [int(line) for line in rest.splitlines() if line.strip()]
        saved = max([saved, *told])
        held = FileStore(str(tmp_path), OWNER).load()
        assert held.state.min_epoch in (saved, saved + 1)
        saved = held.state.min_epoch
