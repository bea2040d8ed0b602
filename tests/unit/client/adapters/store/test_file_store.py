import os
import stat

import pytest

from mooring.client.adapters.store.document import (
    BelongsToAnother,
    Damaged,
    Owner,
    read_document,
    write_document,
)
from mooring.client.adapters.store.file_store import FileStore
from mooring.client.adapters.store.resilient_store import ResilientStore
from mooring.client.domain.stored_state import NOTHING_STORED, StoredState
from mooring.core.instants import from_seconds
from tests.support.client_homes import contents

OWNER = Owner("https://licenses.example.com", "harbor-notes")
FULL = StoredState(
    certificate="a.b.c",
    high_water=from_seconds(1_767_323_045),
    min_epoch=4,
    status_list="d.e.f",
    rolled_back=True,
)
OTHER = StoredState(certificate="g.h.i")


def path(folder, name):
    return os.path.join(folder, name)


@pytest.fixture
def store(tmp_path):
    return FileStore(str(tmp_path / "home"), OWNER)


def test_a_new_installation_holds_nothing(store):
    assert store.load() == (NOTHING_STORED, False, False, None)
    assert not os.path.exists(store.folder)


@pytest.mark.parametrize("state", [FULL, OTHER, NOTHING_STORED])
def test_what_is_saved_is_held(store, state):
    store.save(state)
    assert store.load() == (state, False, False, None)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_the_owner_may_read(store):
    store.save(FULL)
    assert stat.S_IMODE(os.stat(store.folder).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(path(store.folder, "state.json")).st_mode) == 0o600


def test_a_damaged_file_falls_back_on_the_one_before(store):
    store.save(OTHER)
    store.save(FULL)
    os.truncate(path(store.folder, "state.json"), 40)
    assert store.load() == (OTHER, True, False, None)


def test_a_missing_file_falls_back_on_the_one_before(store):
    store.save(OTHER)
    store.save(FULL)
    os.remove(path(store.folder, "state.json"))
    assert store.load() == (OTHER, True, False, None)


def test_with_every_copy_damaged_nothing_is_held_and_the_files_are_kept(store):
    store.save(OTHER)
    store.save(FULL)
    for name in ("state.json", "state.previous.json"):
        os.truncate(path(store.folder, name), 40)
    assert store.load() == (NOTHING_STORED, False, True, None)
    store.save(FULL)
    assert store.load() == (FULL, False, False, None)
    assert os.path.getsize(path(store.folder, "state.json.damaged")) == 40
    assert os.path.getsize(path(store.folder, "state.previous.json.damaged")) == 40


def test_a_freed_activation_does_not_come_back_from_the_copy(store):
    store.save(OTHER)
    store.save(FULL)
    store.forget()
    assert store.load().state == StoredState(min_epoch=4, rolled_back=True)
    os.truncate(path(store.folder, "state.json"), 10)
    assert store.load().state == NOTHING_STORED


def test_another_products_folder_stays_as_it_is(tmp_path, store):
    store.save(FULL)
    stranger = FileStore(store.folder, OWNER._replace(product="other-product"))
    before = contents(store.folder)
    with pytest.raises(BelongsToAnother, match="harbor-notes"):
        stranger.load()
    with pytest.raises(BelongsToAnother):
        stranger.save(OTHER)
    resilient = ResilientStore(stranger)
    resilient.save(OTHER)
    assert resilient.load() == (OTHER, False, False, store.folder)
    assert contents(store.folder) == before


@pytest.mark.parametrize("at", range(0, 400, 7))
def test_any_changed_byte_is_noticed(at):
    file = bytearray(write_document(FULL, OWNER))
    at %= len(file) - 1  # but for the line's end
    file[at] ^= 1
    with pytest.raises((Damaged, BelongsToAnother)):
        read_document(bytes(file), OWNER)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"checksum": 1}',
        b"\xff",
        b"[" * 100_000,
        b" " * 5_000_000,
        b'"checksum"',
    ],
)
def test_what_is_no_document_is_damaged(file):
    with pytest.raises(Damaged):
        read_document(file, OWNER)


@pytest.mark.parametrize("member", ["certificate", "high_water", "min_epoch", "status_list", "rolled_back"])
def test_a_member_of_the_wrong_type_is_refused(member):
    with pytest.raises(ValueError, match="wrong type"):
        StoredState.from_document({**FULL.to_document(), member: [1]})
