"""What PostgreSQL alone makes of an activation: the statements that the server ran for one, run by pgbench.

They are taken from PostgreSQL's own log, so that they are always the same ones. What was a new computer's own
(ids, hashes, its place in the status list) becomes another value each time, and the license one of many.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from bench.devices import a_nonce, devices
from bench.limits import CLIENTS
from bench.places import pgbench, psql
from bench.processes import Publisher
from mooring.core.jose.encoding import b64url_decode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bench.devices import Device
    from bench.places import Server

LICENSES = 20_000
SECONDS = 2
PLACES_OF_A_RUN = 10_000_000
_STAMP = r"^\S+ \S+ \S+ \[(\d+)\] "
_ENTRY = re.compile(rf"{_STAMP}(LOG|DETAIL):  (.*?)(?={_STAMP}|\Z)", re.DOTALL | re.MULTILINE)
_VALUE = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")
_IN_ARRAY = re.compile(r"-?\d+|\\\\x[0-9a-f]+")
_ID = re.compile(r"'(?:act|dev|evt|ins|lic)_[0-9a-z]{26}'")
_HASH = re.compile(r"'\\x[0-9a-f]{32}'")
_ARRAY = re.compile(r"""'\{((?:"\\\\x[0-9a-f]{32}"|[a-z]{3}_[0-9a-z]{26})(?:,[^{}']+)*)\}'""")
_SET = """
\\set computer random(1, 9000000000000000)
\\set place :place + {clients}
\\set license random(1, {licenses})
"""


class Replay:
    """Activations as pgbench does them, in a database of their own."""

    def __init__(self, server: Server, folder: Path) -> None:
        """Let a server activate one computer, and write down what it asked PostgreSQL."""
        publisher = Publisher(folder / "replayed", server.database())
        self._url = publisher.place.url
        self._runs = 0
        self._script = folder / "activation.sql"
        keys = publisher.mint(4)
        salt = b64url_decode(json.loads(publisher.descriptor.read_text("utf-8"))["hardware_salt"])
        crowd = devices(3, salt, first_seed=10**9)
        told = _log_of_an_activation(publisher, server, crowd, keys)
        _add_licenses(publisher)
        self._script.write_text(_script(told, crowd[2].key.public.thumbprint), "utf-8")

    def activations_a_second(self) -> float:
        """Return how many PostgreSQL does a second."""
        self._runs += 1
        place = f"--define=place={self._runs * PLACES_OF_A_RUN}"
        return pgbench(self._url, str(self._script), place, clients=CLIENTS, seconds=SECONDS)


def _log_of_an_activation(
    publisher: Publisher, server: Server, crowd: Sequence[Device], keys: Sequence[str]
) -> str:
    """Return what PostgreSQL wrote while the third of three computers was activated.

    The first two fill what the server keeps in memory, the latest status list as well.
    """
    name = publisher.place.url.rsplit("/", 1)[1]
    log = server.cluster.folder / "log"
    server.cluster.sql(f"ALTER DATABASE {name} SET log_statement = 'all'")
    try:
        with publisher.serving() as serving:
            nonce = a_nonce(publisher.address)
            first, second, third = (
                one.activation_request(publisher.address, key, nonce)
                for one, key in zip(crowd, keys, strict=False)
            )
            serving.ask([first]).expect(201)
            serving.ask([second]).expect(201)
            before = log.stat().st_size
            serving.ask([third]).expect(201)
            return log.read_bytes()[before:].decode()
    finally:
        server.cluster.sql(f"ALTER DATABASE {name} RESET log_statement")


def _add_licenses(publisher: Publisher) -> None:
    """Add the licenses that the script chooses from: all as they were sold, none activated."""
    psql(
        publisher.place.url,
        "INSERT INTO licenses SELECT (jsonb_populate_record(sold, jsonb_build_object("
        " 'id', 'lic_' || lpad(n::text, 26, '0'), 'key_hash', '\\x' || md5(n::text) || md5(n::text)))).*"
        f" FROM licenses AS sold, generate_series(1, {LICENSES}) n"
        " WHERE sold.id = (SELECT id FROM licenses WHERE takings = 0 LIMIT 1)",
    )


def _script(told: str, jkt: str) -> str:
    """Return the script of the transaction in the log ``told`` that keeps a new installation."""
    ours = next(each for each in _transactions(told) if "INSERT INTO installations" in " ".join(each))
    own = {f"'{jkt}'": "lpad(:computer::text, 43, 'k')"}
    [key_hash] = set(re.findall(r"key_hash = ('\\x[0-9a-f]{64}')", "\n".join(ours)))
    own[key_hash] = "decode(md5(:license::text) || md5(:license::text), 'hex')"
    [place] = set(re.findall(r"status_index = ('\d+')", "\n".join(ours)))
    text = _ARRAY.sub(_with_elements, ";\n".join(ours))
    for literal in {found.group() for found in _ID.finditer(text)}:
        number = ":license" if literal.startswith("'lic") else ":computer"
        own[literal] = f"('{literal[1:5]}' || lpad({number}::text, 26, '0'))"
    for number, literal in enumerate(sorted(set(_HASH.findall(text)))):
        own[literal] = f"decode(md5(:computer::text || ' {number}'), 'hex')"
    for literal, expression in own.items():
        text = text.replace(literal, expression)
    text = text.replace(f"{place}::INTEGER", "(:place::INTEGER + :client_id::INTEGER)")
    text = re.sub(r"unnest\('\{[-\d,]+\}'", _other_numbers, text)
    return f"{_SET.format(licenses=LICENSES, clients=CLIENTS)}{text};\n"


def _with_elements(found: re.Match[str]) -> str:
    """Return an array of hashes or ids with each of them as a value by itself."""
    values = (each.strip('"').replace("\\\\", "\\") for each in found[1].split(","))
    return "ARRAY[{}]".format(", ".join(f"'{value}'" for value in values))


def _other_numbers(found: re.Match[str]) -> str:
    """Return an array of as many other numbers for the advisory locks, in order."""
    count = len(_IN_ARRAY.findall(found.group()))
    return f"unnest(ARRAY[{', '.join(f':computer::bigint + {at}' for at in range(count))}]"


def _transactions(told: str) -> list[list[str]]:
    """Return the transactions in a log, each with its statements, and they with their values."""
    transactions: list[list[str]] = []
    running: dict[str, list[str]] = {}
    for process, kind, text, _ in _ENTRY.findall(told):
        ours = running.setdefault(process, [])
        if kind == "DETAIL":
            values = dict(_VALUE.findall(text))
            ours[-1] = re.sub(r"\$(\d+)", lambda found, values=values: values[found[1]], ours[-1])
        elif text.startswith(("execute ", "statement: ")):
            said = " ".join(text.partition(": ")[2].split())
            if said.startswith("BEGIN"):
                ours.clear()  # what came before was a transaction of its own
            ours.append(said)
            if ours[-1].startswith(("COMMIT", "ROLLBACK")):
                transactions.append(running.pop(process))
    return transactions
