"""Two PostgreSQL of which one follows the other, Patroni, etcd and HAProxy, on this computer alone.

What HAProxy calls the primary is whoever Patroni made the leader; etcd, of which one is enough here, keeps
who that is. Everything listens on free ports of the loopback interface and ends with the tests.
"""

import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from sqlalchemy.engine import URL

from tests.support.cluster.guarded import Guarded
from tests.support.cluster.member import Member
from tests.support.cluster.settings import Place, haproxy_settings, patroni_settings
from tests.support.looking import ServedLook
from tests.support.postgresql import USER, as_unprivileged, program, unprivileged

PATIENCE = 120  # seconds for whatever the cluster does by itself, on a computer that has much else to do


class PatroniCluster:
    """A cluster that replaces its primary by itself, and loses nothing that it acknowledged."""

    def __init__(self, logs: Path, *, fsync: bool = False) -> None:
        """Start it, and wait until each commit reaches both members; ``logs`` is an existing folder.

        Without ``fsync`` it is quicker, and only a crash of this computer would lose anything.
        """
        self.logs = logs
        self._fsync = "on" if fsync else "off"
        self.folder = Path(tempfile.mkdtemp(prefix="mooring-cluster-"))
        etcd, peer, self.primary_port, self.replicas_port = (a_port() for _ in range(4))
        self._etcd = f"127.0.0.1:{etcd}"
        self.members = [self._member(name) for name in ("one", "two")]
        places = [member.place for member in self.members]
        settings = haproxy_settings(places, primary=self.primary_port, replicas=self.replicas_port)
        haproxy = self._written("haproxy.cfg", f"global\n    log stderr format raw local0\n{settings}")
        self._programs = [
            self._guarded("etcd", *_etcd_options(self.folder / "etcd", own=self._etcd, peer=peer)),
            self._guarded("haproxy", "-db", "-f", str(haproxy)),
        ]
        _give_away(self.folder)
        for each in (*self._programs, *self.members):
            each.start()
        try:
            self.wait_until_both_keep_what_is_written()
        except BaseException:
            self.remove()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.remove()

    def url(self, database: str = "postgres") -> URL:
        """Return the address that leads to the primary, whichever member that is."""
        return _url(self.primary_port, database)

    def read_url(self, database: str = "postgres") -> URL:
        """Return the address that leads to whoever follows the primary."""
        return _url(self.replicas_port, database)

    def leader(self) -> Member:
        """Return the member that is the primary now."""
        return self._with_role("leader")

    def follower(self) -> Member:
        """Return the other member; it keeps every commit before that is acknowledged."""
        return self._with_role("sync_standby")

    def switch_over(self) -> None:
        """Let the members change places, in order."""
        settings = str(self.leader().folder / "settings.yml")
        command = [program("patronictl"), "-c", settings, "switchover", "mooring", "--force"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, **as_unprivileged())
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Successfully switched over" in done.stdout, done.stdout + done.stderr

    def wait_until_both_keep_what_is_written(self) -> None:
        """Return when there is a primary, somebody who keeps all it acknowledges, and ways to both."""
        self._until(lambda: self._roles() == ["leader", "sync_standby"], "two members that keep the same")
        for url, follows in ((self.url(), False), (self.read_url(), True)):
            self._until(lambda url=url, follows=follows: _follows(url) is follows, f"HAProxy's way to {url}")

    def remove(self) -> None:
        """End it and remove all of it but the logs."""
        for each in (*self.members, *self._programs):
            each.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _member(self, name: str) -> Member:
        folder = self.folder / name
        folder.mkdir()
        place = Place(name, "127.0.0.1", a_port(), a_port())
        programs = str(Path(program("postgres")).resolve().parent)
        settings = patroni_settings(
            place, etcd=self._etcd, folder=str(folder), programs=programs, user=USER, fsync=self._fsync
        )
        self._written(f"{name}/settings.yml", settings)
        return Member(place, folder, self.logs / f"{name}.log")

    def _guarded(self, name: str, *options: str) -> Guarded:
        return Guarded([program(name), *options], self.logs / f"{name}.log")

    def _written(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file

    def _roles(self) -> list[str]:
        return sorted(member["role"] for member in self._known())

    def _with_role(self, role: str) -> Member:
        (name,) = (member["name"] for member in self._known() if member["role"] == role)
        return next(member for member in self.members if member.name == name)

    def _known(self) -> list[dict[str, Any]]:
        """Return what is known of the members that run, as any of them says."""
        said = next(filter(None, (member.ask("/cluster") for member in self.members)), {"members": []})
        return [member for member in said["members"] if member.get("state") in {"running", "streaming"}]

    def _until(self, is_so: Callable[[], bool], what: str) -> None:
        late = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < late, f"There is no {what} after {PATIENCE} s; the logs: {self.logs}"
            time.sleep(0.1)


def a_port() -> int:
    """Return a free port that the system gives to nobody's connection, so that it is there after a pause."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _etcd_options(folder: Path, *, own: str, peer: int) -> list[str]:
    peers = f"http://127.0.0.1:{peer}"
    return [
        f"--data-dir={folder}",
        "--enable-v2",  # by the newer protocol Patroni 3.0.2 takes a lost lead back: docs/decisions/0019
        f"--listen-client-urls=http://{own}",
        f"--advertise-client-urls=http://{own}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
    ]


def _give_away(folder: Path) -> None:
    owner = unprivileged()
    if owner is not None:
        for each in (folder, *folder.rglob("*")):
            os.chown(each, owner.pw_uid, owner.pw_gid)


def _url(port: int, database: str) -> URL:
    return URL.create("postgresql", USER, host="127.0.0.1", port=port, database=database)


def _follows(url: URL) -> bool | None:
    """Tell whether the server at ``url`` follows another; none where none answers."""
    import asyncpg

    try:
        with ServedLook(url.render_as_string()) as look:
            return bool(look.query("SELECT pg_is_in_recovery()")[0][0])
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None
