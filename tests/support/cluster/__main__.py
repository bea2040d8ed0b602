"""A cluster to try things on: starts it, says where it is, and keeps it until Ctrl+C.

python -m tests.support.cluster
"""

import contextlib
import signal
import tempfile
import time
from pathlib import Path

from tests.support.cluster.patroni import PatroniCluster


def main() -> None:
    """Run a cluster until somebody asks for its end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    logs = Path(tempfile.mkdtemp(prefix="mooring-cluster-logs-"))
    begun = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt), PatroniCluster(logs, fsync=True) as cluster:
        settings = cluster.members[0].folder / "settings.yml"
        print(f"Ready after {time.monotonic() - begun:.1f} s.\n")
        print(f"MOORING_DATABASE_URL={cluster.url()}\nMOORING_DATABASE_READ_URL={cluster.read_url()}\n")
        for member in cluster.members:
            place = member.place
            print(f"{member.name}: PostgreSQL at port {place.port}, Patroni at {place.patroni_port}")
        print(f"\npatronictl -c {settings} list\nlogs in {logs}\nCtrl+C ends it.", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
