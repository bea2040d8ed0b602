"""How a page is made: templates that escape by themselves, and files that a browser may keep for good."""

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mooring.core.instants import format_instant
from mooring.core.wording.catalogue import ENGLISH
from mooring.server.wording import formats
from mooring.server.wording.languages import LANGUAGES, site_translator

PAGES: Final = Path(__file__).resolve().parent.parent
DESIGN: Final = Path(__file__).resolve().parent
TOKENS: Final = (DESIGN / "tokens.css").read_text()
"""The design tokens, for what is no page but shall look like one."""


class Asset(NamedTuple):
    """A file that pages refer to; its address changes with its content."""

    name: str
    media_type: str
    body: bytes

    @property
    def file_name(self) -> str:
        """The name it is served under, such as ``design.3f9a0c5d2b71.css``."""
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{hashlib.sha256(self.body).hexdigest()[:12]}.{ending}"


def _read(*names: str) -> bytes:
    return b"\n".join((DESIGN / name).read_bytes() for name in names)


ASSETS: Final = (
    Asset("design.css", "text/css; charset=utf-8", _read("tokens.css", "layout.css", "components.css")),
    Asset("enhance.js", "text/javascript; charset=utf-8", _read("enhance.js")),
    Asset("passkeys.js", "text/javascript; charset=utf-8", _read("passkeys.js")),
    Asset("icon.svg", "image/svg+xml", _read("icon.svg")),
)


class Renderer:
    """Fills templates in, for a site that may lie below a path of its host."""

    def __init__(self, prefix: str = "") -> None:
        """Let every link start with ``prefix``, the path of ``MOORING_PUBLIC_URL`` (often empty)."""
        self._prefix = prefix
        self._addresses = {asset.name: self.link(f"/assets/{asset.file_name}") for asset in ASSETS}
        self._templates = cache(self._templates_in)

    def link(self, path: str) -> str:
        """Return the address of our own ``path`` as a page writes it."""
        return self._prefix + path

    def page(self, template: str, language: str = ENGLISH, **values: object) -> bytes:
        """Return the HTML of ``template``, a path below ``pages/``, in one of ``LANGUAGES``."""
        return self._templates(language).get_template(template).render(values).encode()

    def _templates_in(self, language: str) -> Environment:
        """Return the templates that speak ``language``: in them ``_`` says a message of the catalogue."""
        templates = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        say = site_translator(language)
        templates.install_gettext_callables(say.gettext, say.ngettext, newstyle=True)  # type: ignore[attr-defined]
        templates.globals |= {
            "link": self.link,
            "asset": self._addresses.__getitem__,
            "language": language,
            "languages": LANGUAGES,
        }
        templates.filters |= {
            "instant": format_instant,
            "day": partial(formats.day, language=language),
            "minute": partial(formats.moment, language=language),
            "ago": partial(formats.ago, language=language),
            "number": partial(formats.number, language=language),
            "listing": partial(formats.listing, language=language),
        }
        return templates
