"""A program that ends with the tests, however they end: a shell beside it waits for the end of its input."""

import subprocess
from pathlib import Path

from tests.support.postgresql import PATIENCE, as_unprivileged

_GUARD = '"$@" >&2 & own=$!; echo $own; cat >&2; kill -KILL $own 2>&-; {end}\nwait'


class Guarded:
    """A program that runs as an unprivileged user, and writes into a log."""

    def __init__(self, command: list[str], log: Path, *, end: str = "", **environ: str) -> None:
        """Run ``command``; whenever it is to end it is killed, and the shell does ``end``."""
        self.log = log
        self._command = command
        self._end = end
        self._environ = environ
        self._shell: subprocess.Popen[bytes] | None = None
        self.process_id = 0

    def start(self) -> None:
        """Start it; what is left of an earlier one is ended before."""
        self.stop()
        as_whom = as_unprivileged()
        as_whom["env"] = {**as_whom["env"], **self._environ}
        with self.log.open("ab") as log:
            self._shell = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD.format(end=self._end), "sh", *self._command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # an interrupt from the keyboard is for the tests
                **as_whom,
            )
        self.process_id = int(self._shell.stdout.readline())

    def stop(self) -> None:
        """End it at once, with what it started."""
        shell, self._shell = self._shell, None
        if shell is not None:
            shell.stdin.close()
            shell.wait(PATIENCE)
            shell.stdout.close()
