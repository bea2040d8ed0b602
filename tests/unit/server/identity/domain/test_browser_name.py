"""A browser is named by its own word, as people call it."""

import pytest

from mooring.server.identity.domain.browser_name import LONGEST, browser_name

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (
            f"{WINDOWS}; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Windows",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {CHROME}", "Chrome on Linux"),
        (f"{WINDOWS}) {CHROME} Edg/141.0.0.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {CHROME}", "Chrome on Android"),
        (f"{MAC} {WEBKIT}", "Safari on macOS"),
        (f"{IPHONE} {WEBKIT}", "Safari on iPhone"),
        ("curl/8.0", None),
        ("Lynx on Linux", "Linux"),
        ("Firefox/1", "Firefox"),
        ("", None),
        (None, None),
        (" " * LONGEST + "Firefox/1", None),
    ],
)
def test_names_a_browser(told, name):
    assert browser_name(told) == name
