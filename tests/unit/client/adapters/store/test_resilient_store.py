import os
import threading

import pytest

from mooring.client.adapters.store.document import Owner
from mooring.client.adapters.store.file_store import FileStore
from mooring.client.adapters.store.memory_store import MemoryStore
from mooring.client.adapters.store.resilient_store import ResilientStore
from mooring.client.domain.stored_state import NOTHING_STORED, StoredState

OWNER = Owner("https://licenses.example.com", "harbor-notes")
OLD = StoredState(certificate="old")
NEW = StoredState(certificate="new")


@pytest.fixture
def nowhere(tmp_path):
    """A home below something that is no folder."""
    (tmp_path / "file").write_text("in the way")
    return str(tmp_path / "file" / "home")


def store_in(folder):
    return ResilientStore(FileStore(str(folder), OWNER))


def test_where_no_folder_can_be_the_state_lives_in_memory(nowhere):
    store = store_in(nowhere)
    assert store.load() == (NOTHING_STORED, False, False, nowhere)
    store.save(NEW)
    assert store.load() == (NEW, False, False, nowhere)
    assert store_in(nowhere).load().state == NOTHING_STORED
    store.forget()
    assert store.load().state == NOTHING_STORED


def test_a_folder_that_can_be_made_is_writable(tmp_path):
    assert store_in(tmp_path / "not" / "there" / "yet").load().unwritable is None


def test_what_another_process_wrote_is_newer_than_memory(tmp_path):
    store = store_in(tmp_path)
    store.save(OLD)
    (tmp_path / "state.json.new").mkdir()  # so that nothing can be written
    store.save(NEW)
    assert store.load() == (NEW, False, False, str(tmp_path))
    (tmp_path / "state.json.new").rmdir()
    store_in(tmp_path).save(OLD._replace(min_epoch=5))
    assert store.load() == (OLD._replace(min_epoch=5), False, False, None)


def test_a_later_save_ends_the_time_in_memory(tmp_path):
    store = store_in(tmp_path)
    (tmp_path / "state.json.new").mkdir()
    store.save(OLD)
    assert store.load().unwritable == str(tmp_path)
    (tmp_path / "state.json.new").rmdir()
    store.save(NEW)
    assert store.load() == (NEW, False, False, None)
    assert store_in(tmp_path).load().state == NEW


@pytest.mark.parametrize("place", ["disk", "nowhere", "memory"])
def test_one_thread_at_a_time_has_the_lock(tmp_path, nowhere, place):
    store = {"disk": store_in(tmp_path / "home"), "nowhere": store_in(nowhere), "memory": MemoryStore()}[
        place
    ]
    answers = []

    def try_it():
        with store.lock(seconds=0) as mine:
            answers.append(mine)

    with store.lock(seconds=0) as mine:
        assert mine
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
    try_it()
    assert answers == [False, True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.parametrize("place", ["disk", "nowhere"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_does_not_inherit_the_lock(tmp_path, nowhere, place):
    store = store_in(tmp_path / "home" if place == "disk" else nowhere)
    with store.lock(seconds=0):
        child = os.fork()
        if not child:
            with store.lock(seconds=0) as mine:
                # On disk the parent still has it; in memory there is no parent to wait for.
                os._exit(0 if mine == (place == "nowhere") else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_that_outlives_its_parents_lock_does_not_keep_it(tmp_path):
    store = store_in(tmp_path)
    go_on, may_end = os.pipe()
    with store.lock(seconds=0):
        child = os.fork()
        if not child:
            os.read(go_on, 1)
            os._exit(0)
    with store.lock(seconds=0) as mine:
        os.write(may_end, b".")
        assert mine
    os.waitpid(child, 0)
    os.close(go_on)
    os.close(may_end)
