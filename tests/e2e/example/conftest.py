"""What the tests of the example share: its publisher's server, and the folder where it is ready to run."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import Server

EXAMPLE = Path(__file__).parents[3] / "examples" / "harbor_notes"
FEATURES = ("--entitlement", "unlimited-notes=Unlimited notes", "--entitlement", "export-pdf=Export to PDF")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The publisher's server, with editions Home and Pro."""
    server = Server(tmp_path_factory.mktemp("server"))
    server.found("Harbor Notes", "--edition", "pro", *FEATURES)
    home = ("harbor-notes", "home", "--name", "Home", *FEATURES[:2])
    server.run("admin", "edition", "create", *home)
    for edition in ("pro", "home"):
        # With leases, so that it can be activated wherever these tests run: in a container, too.
        terms = ("--name", "anywhere", "--channel", "retail", "--lease-seats", "9")
        server.run("admin", "policy", "create", "harbor-notes", edition, *terms)
    server.run("admin", "descriptor", "harbor-notes", "--output", "mooring.json")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def package(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder from which the program is run: its code and the publisher's descriptor."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(
        EXAMPLE / "harbor_notes", folder / "harbor_notes", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(server.folder / "mooring.json", folder / "harbor_notes" / "mooring.json")
    return folder
