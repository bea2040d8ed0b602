import json
import os
import stat

import pytest

from mooring.client.adapters.store.account_file import AccountFile, MemoryAccount
from mooring.client.adapters.store.document import Owner
from mooring.client.adapters.store.files import FileOperations
from mooring.client.domain.accounts.stored_account import StoredAccount
from mooring.client.domain.status import Account

OWNER = Owner("https://licenses.example", "harbor-notes")
MIA = StoredAccount(Account("m•••@o•••.example", "local"), "refresh", "jkt", "session")


class FullDisk(FileOperations):
    def write_synced(self, path, content):
        raise OSError("the disk is full")


class Stuck(FileOperations):
    def discard(self, path):
        raise PermissionError("not yours")


@pytest.fixture
def accounts(tmp_path):
    return AccountFile(str(tmp_path / "home"), OWNER)


def test_what_was_saved_is_loaded_by_the_next_program(accounts, tmp_path):
    assert accounts.load() is None
    accounts.save(MIA)
    assert AccountFile(str(tmp_path / "home"), OWNER).load() == MIA
    accounts.forget()
    assert accounts.load() is None
    assert "account.json" not in os.listdir(tmp_path / "home")


def test_only_its_owner_may_read_it(accounts, tmp_path):
    accounts.save(MIA)
    path = tmp_path / "home" / "account.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "refresh" not in repr(accounts) + repr(accounts.load())


def test_another_programs_sign_in_is_not_this_ones(accounts, tmp_path):
    accounts.save(MIA)
    assert AccountFile(str(tmp_path / "home"), Owner(OWNER.issuer, "other")).load() is None


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", b"[" * 100_000, b'{"mooring": 1}', b'{"mooring": 2}']
)
def test_a_damaged_file_is_nobody_signed_in(accounts, tmp_path, content):
    accounts.save(MIA)
    (tmp_path / "home" / "account.json").write_bytes(content)
    assert accounts.load() is None


@pytest.mark.parametrize("member", ["account", "refresh_token", "jkt", "session"])
@pytest.mark.parametrize("value", [None, 5, {"masked": 5}])
def test_a_member_of_another_type_is_damage(accounts, tmp_path, member, value):
    accounts.save(MIA)
    path = tmp_path / "home" / "account.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {member: value}))
    assert accounts.load() is None


def test_what_cannot_be_written_lasts_as_long_as_the_program(tmp_path):
    accounts = AccountFile(str(tmp_path), OWNER, FullDisk())
    accounts.save(MIA)
    assert accounts.load() == MIA
    accounts.forget()
    assert accounts.load() is None
    assert os.listdir(tmp_path) == []


def test_what_cannot_be_removed_is_forgotten_by_this_program(tmp_path):
    AccountFile(str(tmp_path), OWNER).save(MIA)
    accounts = AccountFile(str(tmp_path), OWNER, Stuck())
    accounts.forget()
    assert accounts.load() is None


def test_a_home_that_cannot_be_is_no_fault(tmp_path):
    (tmp_path / "file").write_text("in the way")
    accounts = AccountFile(str(tmp_path / "file" / "home"), OWNER)
    assert accounts.load() is None
    accounts.forget()
    with accounts.lock(seconds=0) as first, accounts.lock(seconds=0) as second:
        assert (first, second) == (True, False)


@pytest.mark.parametrize("in_memory", [False, True])
def test_one_at_a_time_uses_up_the_token(accounts, in_memory):
    accounts = MemoryAccount(MIA) if in_memory else accounts
    with accounts.lock(seconds=0) as first, accounts.lock(seconds=0.01) as second:
        assert (first, second) == (True, False)
    with accounts.lock(seconds=0) as again:
        assert again
