"""The server's secret: its file, the keys made of it, and what is sealed with it."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mooring.server.foundation import passphrase
from mooring.server.foundation.backups import sealing
from mooring.server.foundation.secrets import SealBroken, SecretFileExists, SecretFileUnusable, Secrets

MASTER = bytes(range(32))


def test_is_made_on_first_start_for_its_owner_alone_and_is_the_same_ever_after(tmp_path):
    path = tmp_path / "data" / "secret"
    made = Secrets.load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["secret"]
    assert Secrets.load_or_create(path).pepper == made.pepper == Secrets.load(path).pepper


def test_those_who_start_at_once_agree_on_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(Secrets.load_or_create, [tmp_path / "secret"] * 40))
    assert len({secrets.fingerprint for secrets in made}) == 1


def test_two_secrets_differ():
    assert Secrets.generate().fingerprint != Secrets.generate().fingerprint


def test_each_purpose_has_its_own_key_and_the_keys_never_change():
    secrets = Secrets(MASTER)
    # Frozen: another derivation would orphan every stored key hash, profile and sealed signing key.
    assert secrets.pepper.hex() == "353c8744152fc62accd979db1fb8107e0e854a24faa55defbf97a11fdb13ecf1"
    assert secrets.hardware_key.hex() == "2b481fb37c9db35138412a98d4c6bbd114ba56a1a82f6c65aa4591c8a8202555"
    assert secrets.pepper_id == "7SNm7sYJchnjk-FW"
    assert secrets.fingerprint == "pm7TGIXLR2GMfTfE"
    assert secrets.derive("pepper") == secrets.pepper
    assert secrets.derive("x", length=5) == secrets.derive("x")[:5]


def test_a_master_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        Secrets(b"short")


def test_nothing_of_it_is_printed():
    secrets = Secrets(MASTER)
    assert repr(secrets) == f"Secrets(fingerprint='{secrets.fingerprint}')"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601])
def test_refuses_a_file_that_others_may_use(tmp_path, mode):
    path = tmp_path / "secret"
    Secrets.load_or_create(path)
    path.chmod(mode)
    with pytest.raises(SecretFileUnusable) as refused:
        Secrets.load_or_create(path)
    assert str(refused.value) == (f"The secret file {path} can be read by other users. Run: chmod 600 {path}")


def test_accepts_a_file_that_even_its_owner_cannot_write(tmp_path):
    path = tmp_path / "secret"
    made = Secrets.load_or_create(path)
    path.chmod(0o400)
    assert Secrets.load(path).fingerprint == made.fingerprint


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"mooring-secret-1:",
        b"mooring-secret-1:AAAA\n",
        b"mooring-secret-2:" + b"A" * 43,
        b"mooring-secret-1:" + b"\xff" * 43,
        b"A" * 43,
        b"mooring-secret-1:" + b"A" * 42 + b"!",
    ],
)
def test_refuses_a_file_that_is_no_secret_and_leaves_it_alone(tmp_path, content):
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SecretFileUnusable, match="is not a Mooring secret file, or it is damaged"):
        Secrets.load_or_create(path)
    assert path.read_bytes() == content


def test_says_when_there_is_none(tmp_path):
    with pytest.raises(SecretFileUnusable, match="There is no secret file at"):
        Secrets.load(tmp_path / "secret")


def test_says_when_it_cannot_be_read_or_written(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(SecretFileUnusable, match="cannot be read: Is a directory"):
        Secrets.load(tmp_path / "folder")
    (tmp_path / "file").touch()
    with pytest.raises(SecretFileUnusable, match="cannot be written"):
        Secrets.generate().save(tmp_path / "file" / "secret")


def test_never_overwrites_a_secret(tmp_path):
    path = tmp_path / "secret"
    first = Secrets.load_or_create(path)
    with pytest.raises(SecretFileExists, match="never overwritten"):
        Secrets.generate().save(path)
    assert Secrets.load(path).fingerprint == first.fingerprint
    assert os.listdir(tmp_path) == ["secret"]


@given(st.binary(max_size=200), st.text(max_size=20))
def test_gives_back_what_was_sealed(value, purpose):
    secrets = Secrets(MASTER)
    sealed = secrets.seal(value, purpose)
    assert secrets.unseal(sealed, purpose) == value
    assert len(sealed) == len(value) + 29


def test_a_seal_opens_only_whole_for_its_purpose_and_with_its_secret():
    secrets = Secrets(MASTER)
    sealed = secrets.seal(b"key", "issuing-key")
    assert sealed != secrets.seal(b"key", "issuing-key")
    with pytest.raises(SealBroken, match="does not belong to this server's secret"):
        secrets.unseal(sealed, "root-key")
    with pytest.raises(SealBroken, match="does not belong to this server's secret"):
        Secrets(bytes(32)).unseal(sealed, "issuing-key")
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealBroken):
            secrets.unseal(changed, "issuing-key")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            secrets.unseal(sealed[:length], "issuing-key")


def test_a_passphrase_opens_what_it_sealed_and_nothing_else():
    keepsake = sealing.Keepsake(Secrets(MASTER), b"-----BEGIN PRIVATE KEY-----")
    sealed = sealing.seal(keepsake, "correct horse")
    opened = sealing.unseal(sealed, "correct horse")
    assert opened.secrets.pepper == keepsake.secrets.pepper
    assert opened.root_key == keepsake.root_key
    assert b"mooring-secret" not in sealed
    assert "BEGIN" not in repr(opened)
    with pytest.raises(passphrase.WrongPassphrase, match="does not open it"):
        sealing.unseal(sealed, "correct horses")
    with pytest.raises(passphrase.WrongPassphrase, match="does not open it"):
        sealing.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), "correct horse")


@pytest.mark.parametrize("sealed", [b"", b"mooring-sealed-1", b"mooring-sealed-1" + bytes(28), b"x" * 80])
def test_refuses_what_no_passphrase_sealed(sealed):
    with pytest.raises(passphrase.WrongPassphrase, match="not a value sealed with a passphrase"):
        passphrase.unseal(sealed, "correct horse")
