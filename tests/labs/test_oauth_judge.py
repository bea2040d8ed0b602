"""The authorization server before a judge that others wrote: npm's certified openid-client."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.npm_packages import LABS, installed_packages
from tests.support.servers import a_server

CHECKS = 30
TOKEN = "a credential for introspection"


def test_the_judge_finds_nothing_wrong(tmp_path: Path):
    node = shutil.which("node")
    assert node, "this test needs Node.js: install it with your system's package manager"
    with a_server(tmp_path, MOORING_METRICS_TOKEN=TOKEN) as server:
        judged = subprocess.run(
            [node, str(LABS / "oauth_judge.mjs")],
            env=os.environ | {"AS": server.address, "LABS": str(installed_packages()), "TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    verdicts = judged.stdout.splitlines()
    assert [line for line in verdicts if not line.startswith("ok ")] == [], judged.stdout + judged.stderr
    assert (judged.returncode, len(verdicts)) == (0, CHECKS), judged.stdout + judged.stderr
