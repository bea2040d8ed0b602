import ctypes
import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from types import SimpleNamespace

import pytest

from mooring.client.adapters.installation_key.dpapi import Dpapi
from mooring.client.adapters.installation_key.key_file import KeyFile, MemoryKey
from mooring.client.adapters.installation_key.protection import FilePermissions, default_protection
from mooring.core.jose.keys import BadSignature
from tests.support.failing_files import Killed, every_failure


class Upside:
    """A seal that can be seen through."""

    name = "upside"

    def seal(self, secret):
        return secret[::-1]

    def open(self, sealed):
        return sealed[::-1]


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "home")


def path_in(folder):
    return os.path.join(folder, "installation_key.json")


def test_there_is_no_key_until_one_is_needed(folder):
    keys = KeyFile(folder)
    assert keys.load() is None
    assert keys.thumbprint() is None
    assert not os.path.exists(folder)


@pytest.mark.parametrize("protection", [None, Upside()])
def test_the_key_that_is_made_is_found_again(folder, protection):
    made = KeyFile(folder, protection=protection).load_or_create()
    assert made.alg == "ES256"
    for keys in (KeyFile(folder, protection=protection), KeyFile(folder, protection=protection)):
        found = keys.load_or_create()
        assert found.public == made.public
        assert keys.thumbprint() == made.public.thumbprint
        found.public.verify(made.sign(b"message"), b"message")
        with pytest.raises(BadSignature):
            found.public.verify(made.sign(b"message"), b"another")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_only_the_owner_may_read_it(folder):
    KeyFile(folder).load_or_create()
    assert stat.S_IMODE(os.stat(path_in(folder)).st_mode) == 0o600
    assert os.listdir(folder) == ["installation_key.json"]


def test_the_secret_is_in_no_repr(folder):
    keys = KeyFile(folder)
    secret = keys.load_or_create().to_jwk()["d"]
    assert secret not in repr(keys) + repr(keys.load()) + repr(MemoryKey(keys.load()))


def test_the_thumbprint_opens_no_secret(folder):
    class Closed(Upside):
        def open(self, sealed):
            raise AssertionError("opened")

    made = KeyFile(folder, protection=Upside()).load_or_create()
    assert KeyFile(folder, protection=Closed()).thumbprint() == made.public.thumbprint


def test_the_thumbprint_needs_no_elliptic_curves(folder):
    KeyFile(folder).load_or_create()
    script = (
        "import sys; from mooring.client.adapters.installation_key.key_file import KeyFile;"
        f"print(KeyFile({folder!r}).thumbprint());"
        "print('cryptography.hazmat.primitives.asymmetric.ec' in sys.modules)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert printed.split() == [KeyFile(folder).thumbprint(), "False"]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"public": 7}', b'{"public": {"kty": "EC"}}']
)
def test_a_damaged_file_is_kept_aside_and_a_new_key_made(folder, content):
    os.makedirs(folder)
    with open(path_in(folder), "wb") as file:
        file.write(content)
    keys = KeyFile(folder)
    assert keys.thumbprint() is None
    assert keys.load() is None
    made = keys.load_or_create()
    assert KeyFile(folder).load().public == made.public
    with open(path_in(folder) + ".damaged", "rb") as file:
        assert file.read() == content


def test_a_key_sealed_in_another_way_is_not_used(folder):
    KeyFile(folder, protection=Upside()).load_or_create()
    assert KeyFile(folder).load() is None


def test_a_key_whose_halves_do_not_fit_is_not_used(folder):
    KeyFile(folder).load_or_create()
    with open(path_in(folder)) as file:
        content = json.load(file)
    content["public"] = MemoryKey().load_or_create().public.jwk
    with open(path_in(folder), "w") as file:
        json.dump(content, file)
    assert KeyFile(folder).load() is None


def test_what_cannot_be_written_is_kept_in_memory(tmp_path):
    (tmp_path / "file").write_text("in the way")
    keys = KeyFile(str(tmp_path / "file" / "home"))
    made = keys.load_or_create()
    assert keys.load() is made
    assert keys.load_or_create() is made
    assert keys.thumbprint() == made.public.thumbprint


def test_killed_at_any_write_there_is_a_whole_key_or_none(tmp_path):
    found = set()
    for at, files in enumerate(every_failure(Killed())):
        folder = str(tmp_path / str(at))
        with suppress(Killed):
            KeyFile(folder, files=files).load_or_create()
        found.add(KeyFile(folder).load() is not None)
        assert (KeyFile(folder).thumbprint() is None) == (KeyFile(folder).load() is None)
        assert KeyFile(folder).load_or_create() is not None
    assert found == {True, False}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows seals")
def test_nothing_pretends_to_seal_where_nothing_does():
    assert isinstance(default_protection(), FilePermissions)


class FakeWindows:
    """The two functions of crypt32.dll: it turns bytes around, and refuses what it did not seal."""

    def __init__(self, works=True):
        self.freed = []
        self.kernel32 = SimpleNamespace(LocalFree=self.LocalFree())
        self.kernel32.LocalFree.freed = self.freed
        self._works = works

    class LocalFree:
        def __call__(self, address):
            self.freed.append(address)

    def CryptProtectData(self, given, name, entropy, reserved, prompt, flags, result):  # noqa: N802
        assert flags.value == 1
        return self._turn(given, result)

    CryptUnprotectData = CryptProtectData

    def _turn(self, given, result):
        if not self._works:
            return 0
        blob = given._obj
        self.kept = ctypes.create_string_buffer(ctypes.string_at(blob.data, blob.size)[::-1], blob.size)
        result._obj.size = blob.size
        result._obj.data = ctypes.cast(self.kept, ctypes.POINTER(ctypes.c_char))
        return 1


def test_windows_seals_and_opens_and_frees_what_it_gave():
    windows = FakeWindows()
    dpapi = Dpapi(windows, windows.kernel32)
    sealed = dpapi.seal(b"a secret\0with zero")
    assert sealed == b"orez htiw\0terces a"
    assert dpapi.open(sealed) == b"a secret\0with zero"
    assert len(windows.freed) == 2


def test_what_windows_refuses_is_an_error():
    windows = FakeWindows(works=False)
    with pytest.raises(OSError, match="Windows refused"):
        Dpapi(windows, windows.kernel32).open(b"sealed for another user")


def test_a_key_file_nested_too_deep_is_no_key(tmp_path):
    (tmp_path / "installation_key.json").write_text('{"public":' + "[" * 100_000 + "]" * 100_000 + "}")
    keys = KeyFile(str(tmp_path))
    assert keys.thumbprint() is None
    assert keys.load() is None
    assert keys.load_or_create().public.thumbprint == KeyFile(str(tmp_path)).thumbprint()
