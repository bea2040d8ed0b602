"""Key sheets: what a crash may do to them, and what it may not."""

import os
import stat

import pytest

from mooring.core.identifiers import new_license_ids
from mooring.core.product_key import generate_many
from mooring.server.licensing.domain.obstacles import AlreadyExists, NotThere, ValueRefused
from mooring.server.licensing.ports.minting import MintedKey
from mooring.server.licensing.storage.key_sheet import COLUMNS, KeySheetFile
from tests.support.catalogs import AT
from tests.support.power_cuts import Disk

FOR = {"product": "harbor-notes", "edition": "pro", "policy": "default"}


def some_keys(count):
    return [
        MintedKey(*pair) for pair in zip(generate_many(9, count), new_license_ids(count, AT), strict=True)
    ]


OPENED = []


@pytest.fixture(autouse=True)
def _close_all():
    yield
    while OPENED:
        OPENED.pop().close()


def begin(path, batch="mint_1"):
    OPENED.append(KeySheetFile.create(path, **FOR, batch=batch))
    return OPENED[-1]


def resume(path, batch="mint_2", **changes):
    OPENED.append(KeySheetFile.resume(path, **{**FOR, **changes}, batch=batch))
    return OPENED[-1]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.csv"


@pytest.fixture
def partial(tmp_path):
    return tmp_path / "keys.csv.partial"


def interrupted(path, keys):
    sheet = begin(path)
    sheet.append(keys)
    sheet.close()


def test_holds_a_line_for_each_key_once_it_is_finished(path, partial):
    keys = some_keys(2)
    sheet = begin(path)
    sheet.append(keys)
    assert partial.exists()
    assert not path.exists()
    sheet.finish()
    assert not partial.exists()
    header, *lines = path.read_text().splitlines()
    assert header == COLUMNS == "product_key,license_id,product,edition,policy,batch"
    for line, key in zip(lines, keys, strict=True):
        typed = "-".join(key.symbols[at : at + 5] for at in range(0, 25, 5))
        assert line == f"{typed},{key.license_id},harbor-notes,pro,default,mint_1"


@pytest.mark.skipif(os.name != "posix", reason="permissions are of POSIX")
def test_can_be_read_by_its_owner_only(path):
    sheet = begin(path)
    sheet.finish()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_is_on_the_disk_before_append_returns(path, partial, monkeypatch):
    seen = []
    sheet = begin(path)
    monkeypatch.setattr(os, "fsync", lambda _: seen.append(partial.read_text().count("\n")))
    sheet.append(some_keys(3))
    assert seen == [4]


def test_a_sheet_outlives_a_power_cut_while_it_is_written_and_once_it_is_finished(path, partial, monkeypatch):
    disk = Disk(monkeypatch)
    sheet = begin(path)
    for _ in range(2):
        sheet.append(some_keys(3))
        assert disk.would_keep(partial)
    sheet.finish()
    assert disk.would_keep(path)


def test_never_overwrites_a_file(path):
    path.write_text("precious")
    with pytest.raises(AlreadyExists) as refused:
        begin(path)
    assert refused.value.detail == f"{path} exists and is not overwritten."
    assert path.read_text() == "precious"


def test_never_overwrites_a_file_that_appeared_meanwhile(path, partial):
    sheet = begin(path)
    path.write_text("precious")
    with pytest.raises(AlreadyExists) as refused:
        sheet.finish()
    assert str(partial) in refused.value.next_step
    assert path.read_text() == "precious"
    assert partial.exists()


def test_asks_to_resume_what_was_left(path, partial):
    interrupted(path, some_keys(1))
    with pytest.raises(AlreadyExists) as refused:
        begin(path)
    assert refused.value.detail == f"{partial} was left by an interrupted minting."
    assert "--resume" in refused.value.next_step


def test_gives_back_what_was_written_and_goes_on_behind_it(path):
    first, more = some_keys(2), some_keys(1)
    interrupted(path, first)
    sheet = resume(path)
    assert sheet.batch == "mint_1"
    assert list(sheet.written()) == first
    sheet.append(more)
    sheet.finish()
    lines = path.read_text().splitlines()
    assert len(lines) == 4
    assert [line.split(",")[1] for line in lines[1:]] == [key.license_id for key in first + more]


@pytest.mark.parametrize("lost", range(1, 110))
def test_forgets_a_line_that_was_not_written_whole(path, partial, lost):
    keys = some_keys(2)
    interrupted(path, keys)
    whole = partial.read_bytes()
    partial.write_bytes(whole[:-lost])
    sheet = resume(path)
    last_line = len(whole.splitlines(keepends=True)[-1])
    kept = keys[:1] if lost <= last_line else []
    assert list(sheet.written()) == kept
    sheet.append(keys[len(kept) :])
    sheet.finish()
    if kept:  # before that the resumed sheet belongs to a batch of its own
        assert path.read_bytes() == whole


@pytest.mark.parametrize("junk", [b"\0" * 500, b"\xff\xfe\n", b"BCDFG,lic_x,a,b,c,d\n", b"\n"])
def test_forgets_what_a_power_cut_left_behind_the_last_line(path, partial, junk):
    keys = some_keys(2)
    interrupted(path, keys)
    whole = partial.read_bytes()
    partial.write_bytes(whole + junk)
    sheet = resume(path)
    assert list(sheet.written()) == keys
    sheet.close()
    assert partial.read_bytes() == whole


def test_stops_at_a_line_of_another_batch(path, partial):
    keys = some_keys(2)
    interrupted(path, keys)
    partial.write_text(partial.read_text()[:-2] + "2\n")
    assert list(resume(path).written()) == keys[:1]


@pytest.mark.parametrize("left", [b"", COLUMNS.encode()[:-3], b"something else\n"])
def test_begins_anew_where_not_even_the_header_was_written(path, partial, left):
    partial.write_bytes(left)
    sheet = resume(path)
    assert sheet.batch == "mint_2"
    assert list(sheet.written()) == []
    sheet.finish()
    assert path.read_text() == f"{COLUMNS}\n"


@pytest.mark.parametrize("changes", [{"product": "other"}, {"edition": "home"}, {"policy": "team"}])
def test_refuses_to_go_on_with_keys_of_something_else(path, partial, changes):
    interrupted(path, some_keys(1))
    before = partial.read_bytes()
    with pytest.raises(ValueRefused) as refused:
        resume(path, **changes)
    assert refused.value.detail == f"{partial} holds keys for harbor-notes pro default."
    assert partial.read_bytes() == before


def test_refuses_to_resume_what_is_not_there(path, partial):
    with pytest.raises(NotThere) as refused:
        resume(path)
    assert refused.value.detail == f"No interrupted minting left {partial}."


def test_refuses_a_file_that_cannot_be_written(tmp_path):
    with pytest.raises(ValueRefused) as refused:
        begin(tmp_path / "absent" / "keys.csv")
    assert "cannot be written: No such file or directory" in refused.value.detail
    (tmp_path / "folder.csv.partial").mkdir()
    with pytest.raises(ValueRefused) as refused:
        resume(tmp_path / "folder.csv")
    assert "cannot be opened: Is a directory" in refused.value.detail


@pytest.mark.skipif(os.name != "posix", reason="there the lock is POSIX's")
def test_keeps_a_second_minting_off(path):
    first = begin(path)
    with pytest.raises(AlreadyExists) as refused:
        resume(path)
    assert refused.value.next_step == "Wait for it to end."
    first.close()
    resume(path).close()
