"""Writing: a claimed mail becomes the message that is sent, the same whenever it is written."""

from __future__ import annotations

import textwrap
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mooring.server.delivery.mail.palette import palette_of
from mooring.server.delivery.mail.sentences.composing import compose
from mooring.server.wording.languages import known_language, site_translator

if TYPE_CHECKING:
    from mooring.server.delivery.mail.sentences.letter import Letter
    from mooring.server.foundation.smtp_address import Sender
    from mooring.server.record.outbox.queue import ClaimedMail

TEMPLATES: Final = Path(__file__).with_name("templates")
_POLICY: Final = SMTP.clone(cte_type="7bit")
_POLICY_BEYOND_ASCII: Final = SMTPUTF8.clone(cte_type="7bit")
_FONT: Final = "'Segoe UI', system-ui, -apple-system, 'Noto Sans', sans-serif"
_FONT_CODE: Final = "'Cascadia Mono', ui-monospace, 'SF Mono', Consolas, 'Noto Sans Mono', monospace"
_WIDTH: Final = 76


class Writer:
    """Writes mails out."""

    def __init__(self, sender: Sender, site: str, tokens: str) -> None:
        """Let mails come from ``sender``, tell of the server at ``site``, and look as ``tokens`` say."""
        self._sender = sender
        self._site = site
        colors = palette_of(tokens)
        options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
        files = FileSystemLoader(TEMPLATES)
        self._text = Environment(loader=files, **options)  # type: ignore[arg-type] # noqa: S701 (no HTML)
        self._text.filters["folded"] = partial(
            textwrap.fill, width=_WIDTH, break_long_words=False, break_on_hyphens=False
        )
        self._html = Environment(loader=files, autoescape=True, **options)  # type: ignore[arg-type]
        self._html.globals |= {
            "light": colors.light,
            "dark": colors.dark,
            "font": _FONT,
            "font_code": _FONT_CODE,
        }

    def write(self, mail: ClaimedMail) -> EmailMessage:
        """Return the message of ``mail``: byte for byte the same each time, so that a second one is known."""
        language = known_language(mail.language) or "en"
        letter = compose(mail.kind, language, mail.values, self._site)
        local, _, domain = mail.to.rpartition("@")
        message = EmailMessage(policy=_POLICY if mail.to.isascii() else _POLICY_BEYOND_ASCII)
        message["From"] = Address(self._sender.name, addr_spec=self._sender.address)
        message["To"] = Address("", local, domain)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(mail.created_at)
        message["Message-ID"] = f"<{mail.id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notice answers it
        message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
        message.set_content(self._set(self._text, "letter.txt", letter, language))
        message.add_alternative(self._set(self._html, "letter.html", letter, language), subtype="html")
        message["Content-Language"] = language  # now: what was there moved into the first part
        message.set_boundary(f"={mail.id}")
        return message

    def _set(self, templates: Environment, name: str, letter: Letter, language: str) -> str:
        _ = site_translator(language).gettext
        host = self._site.partition("://")[2]
        return templates.get_template(name).render(
            letter=letter,
            language=language,
            sent_by=_("This mail was sent by {sender}, {host}.").format(sender=self._sender.name, host=host),
            never_asks=_("Nobody will ever ask you for your password, in no mail and on no phone."),
            or_copy=_("If the button does not work, open this address:"),
        )
