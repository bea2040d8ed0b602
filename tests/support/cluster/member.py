"""One member of a cluster: a PostgreSQL and its Patroni, which die together, fall silent, and come back."""

import contextlib
import json
import os
import select
import signal
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.cluster.guarded import Guarded
from tests.support.cluster.settings import Place
from tests.support.postgresql import program

# Whatever Patroni started outlives it, and a process id may be somebody else's by now.
END = """
main=$(head -n 1 "$DATA/postmaster.pid" 2>/dev/null) && [ "/proc/$main/cwd" -ef "$DATA" ] || main=
[ -z "$main" ] || kill -CONT $main $(cat /proc/$main/task/$main/children)
[ -z "$main" ] || kill -QUIT $main
"""


class Member:
    """A machine of the cluster, as far as it matters."""

    def __init__(self, place: Place, folder: Path, log: Path) -> None:
        """Keep its data in ``folder``, where its settings are."""
        self.place = place
        self.name = place.name
        self.folder = folder
        self._patroni = Guarded(
            [program("patroni"), str(folder / "settings.yml")], log, end=END, DATA=str(self.data)
        )

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Start it, for the first time or again after it was killed."""
        self._patroni.start()

    def kill(self) -> None:
        """End all of it in one instant, as a power cut does."""
        self.freeze()
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):
                watch = os.pidfd_open(process)
                signal.pidfd_send_signal(watch, signal.SIGKILL)
                select.select((watch,), (), ())
                os.close(watch)

    def freeze(self) -> None:
        """Let it fall silent, as when its network cable is pulled: no connection to it is closed."""
        for _ in range(2):  # the first two start no more of the others once they are stopped
            self._tell_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on where it fell silent."""
        self._tell_all(signal.SIGCONT)

    def stop(self) -> None:
        """End it for good."""
        self._patroni.stop()

    def ask(self, path: str) -> dict[str, Any]:
        """Return what its Patroni says; nothing where none answers."""
        place = self.place
        with contextlib.suppress(OSError, ValueError):
            address = f"http://{place.host}:{place.patroni_port}{path}"
            with urllib.request.urlopen(address, timeout=5) as answer:
                said: dict[str, Any] = json.load(answer)
                return said
        return {}

    def _tell_all(self, message: signal.Signals) -> None:
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):  # PostgreSQL ends some of its own when it likes
                os.kill(process, message)

    def _processes(self) -> list[int]:
        main = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [self._patroni.process_id, main, *map(int, children)]
