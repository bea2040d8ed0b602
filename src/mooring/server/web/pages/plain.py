"""Plain pages: this server's front page, and what each reason means."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import Final

from mooring.core.wording.catalogue import translator
from mooring.core.wording.next_steps import NEXT_STEPS
from mooring.core.wording.reasons import Reason

STYLE: Final = """\
:root{color-scheme:light dark}
body{font:1.05rem/1.6 system-ui,sans-serif;max-width:38rem;margin:4rem auto;padding:0 1.25rem}
h1{font-size:1.6rem;line-height:1.25}
code{font-family:ui-monospace,monospace;font-size:.95em}
footer{margin-top:3rem;opacity:.75;font-size:.9rem}
"""
_STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

CONTENT_SECURITY_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def front_page() -> str:
    """Return the page that says what this server is."""
    return _page(
        "en",
        "This is a Mooring server",
        [
            (
                "<p>It activates programs and keeps their licenses. Programs speak to it by themselves; "
                "there is nothing that you have to do here.</p>"
            ),
            '<p>For developers: <a href="/openapi.json">the API as an OpenAPI document</a>.</p>',
        ],
    )


def reason_page(reason: Reason, language: str) -> str:
    """Return the page that says what ``reason`` means and what to do about it."""
    say = translator(language.replace("-", "_"))
    paragraphs = [
        f"<p>{escape(say.gettext(reason.detail))}</p>",
        f"<p><strong>{escape(say.gettext(NEXT_STEPS[reason.next_action].label))}</strong></p>",
        f"<footer><code>{escape(reason.code)}</code></footer>",
    ]
    return _page(language, say.gettext(reason.title), paragraphs)


def _page(language: str, title: str, parts: Sequence[str]) -> str:
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n" + "\n".join(parts) + "\n</main>\n</body>\n</html>\n"
    )
