"""An operator's commands, where they may be refused."""

from tests.support.commands import Ran, mooring
from tests.support.servers import Server


def operate(server: Server, *command: str, stdin: str = "") -> Ran:
    """Run an operator's command with `--json`, however it ends."""
    return mooring(*command, "--json", environ=server.environ, cwd=server.folder, stdin=stdin)


def refused(server: Server, *command: str, stdin: str = "", exit_code: int = 4) -> str:
    """Run a command that is to be refused with words and a next step, and return its code."""
    ran = operate(server, *command, stdin=stdin)
    assert ran.exit_code == exit_code, ran.text
    assert {"code", "title", "detail", "next"} <= set(ran.document)
    assert ran.document["detail"] in ran.err
    assert "Traceback" not in ran.err
    return str(ran.document["code"])
