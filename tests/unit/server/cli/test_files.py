"""The JSON files that operators carry about."""

import os

import pytest

from mooring.server.cli.admin.files import read_json, write_json
from mooring.server.licensing.domain.obstacles import ValueRefused


def test_a_document_takes_the_place_of_what_was_there(tmp_path):
    file = tmp_path / "a.json"
    file.write_text("old")
    write_json(file, {"name": "Übung"})
    assert file.read_text("utf-8") == '{\n  "name": "Übung"\n}\n'
    assert read_json(file) == {"name": "Übung"}
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_only_its_owner_may_change_it(tmp_path):
    before = os.umask(0)
    try:
        write_json(tmp_path / "a.json", {})
    finally:
        os.umask(before)
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o644


def test_no_link_leads_the_writing_elsewhere(tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("as it was")
    for name in ("a.json", ".a.json.draft"):
        (tmp_path / name).symlink_to(precious)
    write_json(tmp_path / "a.json", {})
    assert precious.read_text() == "as it was"
    assert not (tmp_path / "a.json").is_symlink()


def test_says_why_a_file_cannot_be_written_or_read(tmp_path):
    with pytest.raises(ValueRefused) as refused:
        write_json(tmp_path / "absent" / "a.json", {})
    assert refused.value.detail.endswith("a.json cannot be written: No such file or directory.")
    with pytest.raises(ValueRefused) as refused:
        read_json(tmp_path / "a.json")
    assert refused.value.detail.endswith("a.json cannot be read: No such file or directory.")
    for content in (b"\xff{", b"[" * 100_000):
        (tmp_path / "a.json").write_bytes(content)
        with pytest.raises(ValueRefused) as refused:
            read_json(tmp_path / "a.json")
        assert refused.value.detail.endswith("a.json is not a JSON document.")
