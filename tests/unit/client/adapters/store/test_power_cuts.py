"""What a computer was told to keep outlives a power cut: the content first, and then its name."""

import os

import pytest

from mooring.client.adapters.installation_key.key_file import KeyFile
from mooring.client.adapters.store.account_file import AccountFile
from mooring.client.adapters.store.document import Owner
from mooring.client.adapters.store.file_store import FileStore
from mooring.client.adapters.store.files import FileOperations
from mooring.client.domain.accounts.stored_account import StoredAccount
from mooring.client.domain.status import Account
from mooring.client.domain.stored_state import StoredState
from tests.support.power_cuts import Disk

OWNER = Owner("https://licenses.example", "harbor-notes")


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "home")


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


def test_a_state_is_kept_each_time_it_is_saved_and_so_is_the_one_before(folder, disk):
    store = FileStore(folder, OWNER)
    for number in (1, 2, 3):
        store.save(StoredState(certificate=f"certificate {number}"))
        assert disk.would_keep(os.path.join(folder, "state.json"))
    assert disk.would_keep(os.path.join(folder, "state.previous.json"))


def test_a_sign_in_is_kept(folder, disk):
    account = StoredAccount(Account("m•••@o•••.example", "local"), "refresh", "jkt", "session")
    AccountFile(folder, OWNER).save(account)
    assert disk.would_keep(os.path.join(folder, "account.json"))


def test_an_installation_key_is_kept(folder, disk):
    KeyFile(folder).load_or_create()
    assert disk.would_keep(os.path.join(folder, "installation_key.json"))


class Hasty(FileOperations):
    def sync(self, file):
        pass


class HastyWithNames(FileOperations):
    def sync_folder(self, path):
        pass


@pytest.mark.parametrize("files", [Hasty, HastyWithNames])
def test_without_either_nothing_would_be_kept(folder, disk, files):
    FileStore(folder, OWNER, files=files()).save(StoredState(certificate="certificate"))
    assert not disk.would_keep(os.path.join(folder, "state.json"))
