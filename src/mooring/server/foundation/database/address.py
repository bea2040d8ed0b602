"""The address of a database as it is set: read with patience, refused in words, told without its password."""

import difflib
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_EXAMPLES: Final = "must be an address such as sqlite:////var/lib/mooring/mooring.db or postgresql://mooring@localhost/mooring"
_BACKENDS: Final = {"sqlite": "sqlite", "postgresql": "postgresql", "postgres": "postgresql"}
_CHOICES: Final = {
    "sslmode": ("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    "pgbouncer": ("true", "false"),
}
_PARAMETERS: Final = (*_CHOICES, "sslrootcert", "sslcert", "sslkey", "host")
"""What may follow the question mark; the files and ``host`` mean what they mean to PostgreSQL's own tools."""


def parse_database_address(text: str, folder: Path) -> URL:
    """Return the address that ``text`` writes; a relative SQLite file starts at ``folder``.

    Raises:
        ValueError: it cannot be used; the message fits behind the setting's name and repeats nothing that
            may be a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError(_EXAMPLES) from None
    written = url.drivername.partition("+")[0].lower()
    kind = _BACKENDS.get(written)
    if kind is None:
        raise ValueError(f"names {written}; Mooring uses SQLite and PostgreSQL")
    url = url.set(drivername=kind)
    return _embedded(url, folder) if kind == "sqlite" else _served(url)


def place_of(url: URL) -> str:
    """Return where the database at ``url`` is, for people: no password, no parameters."""
    if is_embedded(url):
        return str(url.database)
    return URL.create(url.drivername, url.username, None, url.host, url.port, url.database).render_as_string()


def is_embedded(url: URL) -> bool:
    """Tell whether the database at ``url`` is a file that this server keeps."""
    return url.get_backend_name() == "sqlite"


def address_of(file: Path) -> URL:
    """Return the address of the embedded database in ``file``."""
    return URL.create("sqlite", database=str(file))


def _embedded(url: URL, folder: Path) -> URL:
    if not url.database or url.database == ":memory:":
        raise ValueError("must name a file: a database in memory would lose every activation")
    return url.set(database=str(folder / url.database))


def _served(url: URL) -> URL:
    if "@" in (url.host or ""):
        raise ValueError("has an @ in its user name or password: write %40 for it")
    if not url.database:
        raise ValueError("must end with the database's name, such as postgresql://mooring@localhost/mooring")
    if url.port is not None and not 0 < url.port <= 65535:
        raise ValueError(f"has a port that does not exist, {url.port}")
    for name in url.query:
        if name not in _PARAMETERS:
            near = difflib.get_close_matches(name, _PARAMETERS, n=1)
            hint = f"perhaps {near[0]} was meant" if near else f"it may have {', '.join(_PARAMETERS)}"
            raise ValueError(f"has an unknown parameter, {name}; {hint}")
        values = url.normalized_query[name]
        if len(values) > 1:
            raise ValueError(f"has the parameter {name} more than once")
        if values[0] not in _CHOICES.get(name, values):
            raise ValueError(f"has a {name} that does not exist; it may be {', '.join(_CHOICES[name])}")
    return url
