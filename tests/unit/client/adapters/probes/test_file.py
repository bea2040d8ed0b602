"""A computer from a file, for demonstrations and tests."""

import json

import pytest

from mooring.client.adapters.probes.file import FileProbe, parse_components
from tests.support.computers import a_computer


def test_reads_back_what_was_written(tmp_path):
    file = tmp_path / "computer.json"
    file.write_text(json.dumps(a_computer()))
    assert FileProbe(str(file)).read() == a_computer()


def test_a_member_that_is_null_is_absent():
    assert parse_components(b'{"board_serial": null, "cpu_id": "x/1"}') == {"cpu_id": "x/1"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the hardware file is not JSON"),
        (b"\xff\xfe", "the hardware file is not JSON"),
        (b"[" * 60_000, "the hardware file is not JSON"),
        (b"[]", "the hardware file is not a JSON object"),
        (b'{"cpu_id": 5}', "in the hardware file, cpu_id is neither a text nor a list of texts"),
        (
            b'{"mac_addresses": [1]}',
            "in the hardware file, mac_addresses is neither a text nor a list of texts",
        ),
        (b" " * 65_537, "the hardware file is larger than 65536 bytes"),
    ],
)
def test_says_what_is_wrong_with_a_file(content, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        parse_components(content)


def test_a_file_of_exactly_the_limit_is_read():
    assert parse_components(b"{}" + b" " * 65_534) == {}


def test_a_missing_file_is_the_callers_to_explain(tmp_path):
    with pytest.raises(FileNotFoundError):
        FileProbe(str(tmp_path / "none.json")).read()
