"""How a page is made: templates that escape by themselves, and files that a browser may keep for good."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mooring.core.instants import format_instant

PAGES: Final = Path(__file__).resolve().parent.parent
DESIGN: Final = Path(__file__).resolve().parent


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
    Asset("icon.svg", "image/svg+xml", _read("icon.svg")),
)


class Renderer:
    """Fills templates in, for a site that may lie below a path of its host."""

    def __init__(self, prefix: str = "") -> None:
        """Let every link start with ``prefix``, the path of ``MOORING_PUBLIC_URL`` (often empty)."""
        self._prefix = prefix
        self._templates = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        addresses = {asset.name: self.link(f"/assets/{asset.file_name}") for asset in ASSETS}
        self._templates.globals |= {"link": self.link, "asset": addresses.__getitem__}
        self._templates.filters |= {"instant": format_instant, "minute": _minute, "day": _day}

    def link(self, path: str) -> str:
        """Return the address of our own ``path`` as a page writes it."""
        return self._prefix + path

    def page(self, template: str, **values: object) -> bytes:
        """Return the HTML of ``template``, a path below ``pages/``."""
        return self._templates.get_template(template).render(values).encode()


def _minute(at: datetime) -> str:
    return f"{_day(at)}, {at:%H:%M} UTC"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
