"""The root key's file."""

import os
import stat

import pytest

from mooring.core.jose.keys import SigningKey
from mooring.server.licensing.domain.obstacles import ValueRefused
from mooring.server.licensing.storage.root_key_file import RootKeyFile
from tests.support.power_cuts import Disk


@pytest.fixture
def path(tmp_path):
    return tmp_path / "safe" / "root-key.pem"


def a_file(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    return RootKeyFile(path)


def test_comes_back_as_it_was_made(path):
    made = RootKeyFile(path).create()
    assert made.alg == "Ed25519"
    assert RootKeyFile(path).load().public == made.public
    assert str(RootKeyFile(path)) == str(path)


def test_outlives_a_power_cut(path, monkeypatch):
    disk = Disk(monkeypatch)
    RootKeyFile(path).create()
    assert disk.would_keep(path)


@pytest.mark.skipif(os.name != "posix", reason="permissions are of POSIX")
def test_can_be_read_by_its_owner_only(path):
    RootKeyFile(path).create()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o640)
    with pytest.raises(ValueRefused) as refused:
        RootKeyFile(path).load()
    assert refused.value.next_step == f"Run: chmod 600 {path}"


def test_is_offline_where_there_is_no_file(path):
    assert RootKeyFile(path).load() is None


def test_never_overwrites_a_key(path):
    first = RootKeyFile(path).create()
    with pytest.raises(ValueRefused) as refused:
        RootKeyFile(path).create()
    assert "cannot be written: File exists" in refused.value.detail
    assert RootKeyFile(path).load().public == first.public


@pytest.mark.parametrize("content", [b"", b"not a key", SigningKey.generate("ES256").to_pem()])
def test_refuses_what_is_no_ed25519_key(path, content):
    with pytest.raises(ValueRefused) as refused:
        a_file(path, content).load()
    assert refused.value.detail == f"{path} is not an Ed25519 private key in PEM."


def test_says_why_a_file_cannot_be_read(tmp_path):
    with pytest.raises(ValueRefused) as refused:
        RootKeyFile(tmp_path).load()
    assert refused.value.detail == f"The root key {tmp_path} cannot be read: Is a directory."
