"""Packages from npm that tests need: installed as their lock file says, once, into a folder git ignores."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LABS = ROOT / "tests" / "labs"
CACHE = ROOT / ".cache" / "labs"


def installed_packages() -> Path:
    """Return the folder that has the labs' packages in its ``node_modules``.

    It is named for what the lock file says and put in place whole, so that tests which run side by side
    never see half of it.
    """
    assert shutil.which("npm"), "these tests need Node.js and npm: install them with your package manager"
    lock = (LABS / "package-lock.json").read_bytes()
    ready = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    if not ready.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=CACHE))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LABS / name, draft)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run(command, cwd=draft, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"npm could not install the labs' packages:\n{done.stderr}"
        try:
            os.rename(draft, ready)
        except OSError:  # another test was quicker
            shutil.rmtree(draft)
    return ready
