"""One question to Windows through PowerShell: by a whole path, within its time, and changing nothing."""

import os
import re
import signal
import time
import tracemalloc

import pytest

from mooring.windows.adapters import powershell
from mooring.windows.adapters.powershell import SCRIPT, ask_windows, powershells
from mooring.windows.domain.records import MARK
from mooring.windows.domain.unreadable import WindowsUnreadable
from tests.support.windows_answers import StandInPc


@pytest.fixture
def pc(tmp_path, monkeypatch):
    monkeypatch.setattr(powershell, "is_windows", lambda: True)
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path))
    monkeypatch.delenv("PROGRAMFILES", raising=False)
    return StandInPc(tmp_path)


def refused(**how):
    with pytest.raises(WindowsUnreadable) as caught:
        ask_windows(**how)
    return caught.value.why


def test_elsewhere_than_on_windows_nothing_is_started():
    assert refused() == "not_windows"


def test_returns_the_bytes_as_powershell_wrote_them(pc):
    pc.answers(b"\xef\xbb\xbf{\x00\xff}\r\n")
    assert ask_windows() == b"\xef\xbb\xbf{\x00\xff}\r\n"


def test_asks_without_profile_without_questions_and_in_one_piece(pc):
    pc.answers(b"{}")
    ask_windows()
    assert pc.asked.read_text(encoding="utf-8").splitlines() == [
        "-NoLogo",
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        SCRIPT,
    ]


def test_the_question_only_reads_and_never_asks_for_a_whole_key():
    verbs = set(re.findall(r"\b[A-Z][A-Za-z]+-[A-Z][A-Za-z]+\b", SCRIPT))
    assert verbs == {"Get-CimInstance", "Select-Object", "ConvertTo-Json"}
    assert "OA3x" not in SCRIPT
    assert "Select-Object *" not in SCRIPT
    assert (
        "ApplicationID=''55c92734-d682-4d71-983e-d6ec3f16059f'' AND PartialProductKey IS NOT NULL" in SCRIPT
    )
    assert '"' not in SCRIPT
    assert "\n" not in SCRIPT
    assert SCRIPT.count("{") == SCRIPT.count("}")
    assert SCRIPT.count("(") == SCRIPT.count(")")
    assert SCRIPT.count("'") % 2 == 0


def test_without_powershell_that_is_said(pc):
    assert refused() == "no_powershell"


def test_a_powershell_that_may_not_run_is_as_good_as_none(pc):
    pc.answers(b"{}")
    pc.powershell.chmod(0o600)
    pc.powershell.write_bytes(b"")
    assert refused() == "no_powershell"


def test_a_newer_powershell_answers_where_the_old_one_is_gone(pc, tmp_path, monkeypatch):
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path / "Programs"))
    pc.runs(tmp_path / "Programs" / "PowerShell" / "7" / "pwsh.exe", "echo seven")
    assert ask_windows() == b"seven\n"


def test_the_64_bit_powershell_is_asked_first(pc, tmp_path):
    pc.answers(b"the 32-bit one")
    pc.runs(tmp_path / "Sysnative" / "WindowsPowerShell" / "v1.0" / "powershell.exe", "echo 64")
    assert ask_windows() == b"64\n"


def test_no_program_is_taken_from_the_path_or_the_current_folder(monkeypatch):
    monkeypatch.delenv("SYSTEMROOT", raising=False)
    monkeypatch.delenv("PROGRAMFILES", raising=False)
    assert [each.startswith("C:\\Windows") for each in powershells()] == [True, True]


def test_a_windows_that_hangs_is_left_after_its_time(pc):
    pc.runs(pc.powershell, "exec sleep 60")
    begun = time.monotonic()
    assert refused(patience=0.2) == "too_slow"
    assert time.monotonic() - begun < 20


def test_a_windows_that_hangs_is_not_left_running(pc, tmp_path):
    pc.runs(pc.powershell, f"echo $$ > '{tmp_path}/process'\nexec sleep 60")
    assert refused(patience=1.0) == "too_slow"
    with pytest.raises(ProcessLookupError):  # ended, and its end was waited for
        os.kill(int((tmp_path / "process").read_text()), 0)


def test_an_answer_without_end_is_not_held_in_memory(pc, monkeypatch):
    monkeypatch.setattr(powershell, "MOST_BYTES", 100_000)
    pc.runs(pc.powershell, "exec yes '{ \"products\": ['")
    tracemalloc.start()
    try:
        assert refused() == "no_answer"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_an_answer_may_be_as_long_as_it_can_be_read(pc, monkeypatch):
    pc.answers(b"x" * 70_001)
    monkeypatch.setattr(powershell, "MOST_BYTES", 70_001)
    assert ask_windows() == b"x" * 70_001
    monkeypatch.setattr(powershell, "MOST_BYTES", 70_000)
    assert refused() == "no_answer"


def test_a_powershell_that_says_nothing_more_and_stays_is_ended_too(pc):
    pc.runs(pc.powershell, "echo '{}'; exec sleep 60 >&-")
    begun = time.monotonic()
    assert refused(patience=0.5) == "too_slow"
    assert time.monotonic() - begun < 20


def test_who_holds_the_pipe_after_powershell_has_gone_does_not_hold_us(pc, tmp_path):
    pc.runs(pc.powershell, f"sleep 60 &\necho $! > '{tmp_path}/process'")
    try:
        assert refused(patience=0.5) == "too_slow"
    finally:
        os.kill(int((tmp_path / "process").read_text()), signal.SIGKILL)


def test_the_answer_stands_behind_a_mark_which_an_echo_of_the_question_does_not_hold():
    assert MARK not in SCRIPT
    assert MARK[:2] + "', '" + MARK[2:] in SCRIPT


def test_what_powershell_complains_about_is_not_taken_for_an_answer(pc):
    pc.runs(pc.powershell, "echo trouble >&2; exit 1")
    assert ask_windows() == b""
