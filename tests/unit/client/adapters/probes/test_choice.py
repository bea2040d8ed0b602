"""Which probe reads which system, and what choosing one costs."""

import subprocess
import sys

import pytest

from mooring.client.adapters.probes import choose_probe
from mooring.client.adapters.probes.linux import LinuxProbe
from mooring.client.adapters.probes.macos import MacosProbe
from mooring.client.adapters.probes.windows import WindowsProbe


@pytest.mark.parametrize(
    ("platform", "probe"),
    [("linux", LinuxProbe), ("win32", WindowsProbe), ("darwin", MacosProbe), ("freebsd14", LinuxProbe)],
)
def test_each_system_has_its_probe(platform, probe):
    assert type(choose_probe(platform)) is probe


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_another_systems_probe_reads_nothing_here(platform):
    if sys.platform == platform:
        pytest.skip("this is that system")
    assert choose_probe(platform).read() == {}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems need ctypes")
def test_reading_linux_loads_nothing_heavy():
    program = (
        "import sys, mooring; before = set(sys.modules);"
        "from mooring.client.adapters.probes import choose_probe; choose_probe('linux').read();"
        "print(*sorted(name for name in set(sys.modules) - before if not name.startswith('mooring.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
