"""What a PC told, in words: the name of its edition, its state, how it was sold, and what is wrong."""

import pytest

from mooring.server.wording.languages import LANGUAGES
from mooring.windows.domain import channels
from mooring.windows.domain.report import STATES, WindowsReport
from mooring.windows.wording.shown import shown_windows

PRO = WindowsReport("Professional", "retail", "activated", "3V66T", "10.0.22631", 22631, None)


@pytest.mark.parametrize(
    ("edition", "build", "name"),
    [
        ("Professional", 22000, "Windows 11 Pro"),
        ("Professional", 21999, "Windows 10 Pro"),
        ("Core", 10240, "Windows 10 Home"),
        ("Core", 10239, "Windows Home"),
        ("Education", 26100, "Windows 11 Education"),
        ("ServerStandard", 20348, "Windows Server Standard"),
        (None, 22631, "Windows 11"),
        (None, None, "Windows"),
        ("Tomorrow", None, "Windows Tomorrow"),
    ],
)
def test_calls_it_as_microsoft_does(edition, build, name):
    assert shown_windows(PRO._replace(edition=edition, build=build)).name == name


@pytest.mark.parametrize(
    ("state", "says", "tone"),
    [
        ("activated", "Activated", "good"),
        ("grace", "Must be activated soon", "warning"),
        ("not_activated", "Not activated", "warning"),
        ("unknown", "Windows does not tell", ""),
    ],
)
def test_says_whether_it_is_active(state, says, tone):
    shown = shown_windows(PRO._replace(state=state))
    assert (shown.state, shown.tone) == (says, tone)


def test_says_how_it_was_sold_and_what_is_wrong():
    shown = shown_windows(PRO._replace(problem="0xC004F074"))
    assert shown.channel == "Retail: bought by itself; it may move to another PC"
    assert shown.problem == "No activation service of the organization can be reached (0xC004F074)"
    assert shown_windows(PRO).problem == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", channels.ALL)
def test_every_language_has_words_for_every_channel_and_state(language, channel):
    for state in STATES:
        shown = shown_windows(
            PRO._replace(channel=channel, state=state, problem="0xFFFFFFFF"), language=language
        )
        assert shown.state
        assert shown.channel
        assert shown.problem.endswith("(0xFFFFFFFF)")
        english = shown_windows(PRO._replace(channel=channel, state=state))
        assert ((shown.state, shown.channel) == (english.state, english.channel)) is (language == "en")
