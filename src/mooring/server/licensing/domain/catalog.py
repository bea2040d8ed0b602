"""Products and editions: what is sold, and the entitlements (features) an edition names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mooring.core.descriptor import URL_NAMES, is_loopback
from mooring.server.licensing.domain.obstacles import Obstacle, ValueRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from mooring.core.identifiers import EditionId, ProductId

PRODUCT_CODES = 625  # two symbols of the product key
LONGEST_SLUG = 64
LONGEST_NAME = 200
MOST_ENTITLEMENTS = 64
LONGEST_ENTITLEMENT = 48

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_URL = re.compile(r"(?:https?://|mailto:)[^\s]{1,1990}")


class NoProductCodeLeft(Obstacle):
    """Every product code of this publisher is taken; codes are never reused."""

    code = "no_product_code_left"
    title = "No product code is left"


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold. Its ``product_code`` opens each of its keys and is never given to another product."""

    id: ProductId
    slug: str
    name: str
    product_code: int
    created_at: datetime
    urls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """A variant of a product and the features it unlocks.

    ``entitlements`` maps each slug to the name shown to people. ``unactivated_entitlements`` names those that
    work before activation; they are always among ``entitlements``, so that activating never takes one away.
    """

    id: EditionId
    product_id: ProductId
    slug: str
    name: str
    entitlements: Mapping[str, str]
    unactivated_entitlements: tuple[str, ...]
    created_at: datetime


def checked_slug(text: str, *, what: str, longest: int = LONGEST_SLUG) -> str:
    """Return ``text`` if it is a slug: lower-case letters, digits and single hyphens.

    Raises:
        ValueRefused: It is not, or it is longer than ``longest``.
    """
    if len(text) > longest or not _SLUG.fullmatch(text):
        raise ValueRefused(
            f"“{text}” cannot be {what}.",
            f"Use lower-case letters and digits, joined by single hyphens, up to {longest} characters.",
        )
    return text


def checked_name(text: str, *, what: str) -> str:
    """Return ``text`` without surrounding space if it can be shown to people.

    Raises:
        ValueRefused: It is empty, too long, or holds characters that do not print.
    """
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueRefused(f"That cannot be {what}.", f"Give 1 to {LONGEST_NAME} printable characters.")
    return name


def slug_from_name(name: str) -> str:
    """Return the slug a name suggests: ``"Harbor Notes"`` gives ``harbor-notes``.

    Raises:
        ValueRefused: Nothing of the name can stand in a slug.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_SLUG].strip("-")
    if not slug:
        raise ValueRefused(
            f"No short name can be made from “{name}”.", "Give one with --slug, such as --slug harbor-notes"
        )
    return slug


def checked_urls(urls: Mapping[str, str]) -> dict[str, str]:
    """Return the product's addresses if each name is known and each address is safe to open.

    Raises:
        ValueRefused: A name is unknown or an address is not https (http on this computer, or mailto).
    """
    for name, url in urls.items():
        if name not in URL_NAMES:
            raise ValueRefused(f"“{name}” is not an address Mooring shows.", f"Use: {', '.join(URL_NAMES)}.")
        if not _URL.fullmatch(url) or (url.startswith("http://") and not is_loopback(url)):
            raise ValueRefused(f"“{url}” cannot be the {name} address.", "Give one that starts with https://")
    return dict(urls)


def entitlements_from(given: Iterable[str]) -> dict[str, str]:
    """Return slug → display name from texts such as ``export-pdf=Export to PDF`` or a bare ``sync``.

    A bare slug gets a name made from it: ``export-pdf`` reads "Export Pdf". Given twice, a slug keeps its
    first place and the name that was given last.

    Raises:
        ValueRefused: A slug or a name is unfit, or there are more than 64.
    """
    named: dict[str, str] = {}
    for text in given:
        slug, has_name, name = text.partition("=")
        checked_slug(slug, what="an entitlement", longest=LONGEST_ENTITLEMENT)
        if has_name:
            named[slug] = checked_name(name, what=f"the name of “{slug}”")
        else:
            named.setdefault(slug, slug.replace("-", " ").title())
    if len(named) > MOST_ENTITLEMENTS:
        raise ValueRefused(
            f"An edition has at most {MOST_ENTITLEMENTS} entitlements, not {len(named)}.",
            "Join features that are always sold together.",
        )
    return named


def free_product_code(taken: Collection[int], pick: Callable[[int], int]) -> int:
    """Return a product code that no product has or had.

    It is picked at random, not counted up: if every publisher began with 0, the keys of all first products
    would look alike, and ``mooring check`` could not tell a stranger's key from one's own.

    Args:
        taken: The codes already given away.
        pick: Returns a random integer from 0 up to, and without, its argument.

    Raises:
        NoProductCodeLeft: All 625 are taken.
    """
    free = [code for code in range(PRODUCT_CODES) if code not in taken]
    if not free:
        raise NoProductCodeLeft(
            f"All {PRODUCT_CODES} product codes of this publisher are taken, and codes are never reused.",
            "Make the new product an edition of an existing one, or found a second publisher.",
        )
    return free[pick(len(free))]
