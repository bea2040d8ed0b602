"""Servers are upgraded one after the other: this release serves on the tables of the next one."""

import shutil
from pathlib import Path

import pytest

import mooring
from mooring.server.foundation.migrations.revisions import head_revision, oldest_served
from tests.support.commands import Laptop
from tests.support.postgresql import a_postgresql
from tests.support.server_commands import operate
from tests.support.servers import Server

STEP = '''"""The next release's step."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None
serves_from = "{serves_from}"


def upgrade():
    op.create_table("novelties", sa.Column("id", sa.String(30), primary_key=True))
    with op.batch_alter_table("licenses") as batch:
        batch.add_column(sa.Column("novelty", sa.String(30), nullable=True))
        batch.create_index("ix_licenses_novelty", ["novelty"])


def downgrade():
    raise NotImplementedError
'''


def migrate_with_next_release(server: Server, folder: Path, *, serves_from: str) -> None:
    """Run `mooring migrate` of a release that is one step ahead."""
    package = folder / "mooring"
    shutil.copytree(Path(mooring.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    step = STEP.format(head=head_revision(), serves_from=serves_from)
    versions = package / "server" / "foundation" / "migrations" / "versions"
    (versions / "r9999_the_next.py").write_text(step)
    ours = dict(server.environ)
    server.environ["PYTHONPATH"] = str(folder)
    migrated = server.run("migrate")
    assert (migrated["before"], migrated["after"]) == (head_revision(), "9999")
    server.environ = ours


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_serves_on_while_the_next_release_migrates_and_starts_again(tmp_path: Path, kind: str):
    with a_postgresql(empty=True) as url:
        environ = {"MOORING_DATABASE_URL": url.render_as_string()} if kind == "postgresql" else {}
        server = Server(tmp_path, **environ)
        key = server.found("Harbor Notes")["product_key"]
        server.start()
        laptop = Laptop(tmp_path / "laptop", tmp_path / "mooring.json")
        laptop.ask("activate", key)
        migrate_with_next_release(server, tmp_path / "next", serves_from=head_revision())
        assert laptop.ask("renew")["certificate"]["sequence"] == 2
        (more,) = server.mint(1)
        server.stop()
        server.start()
        assert laptop.ask("renew")["certificate"]["sequence"] == 3
        assert (
            Laptop(tmp_path / "another", tmp_path / "mooring.json").ask("activate", more)["linked"] is False
        )
        server.stop()
        assert server.run("migrate")["after"] == "9999"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_who_knows_only_the_oldest_revision_served_starts_and_sells_on_these_tables(
    tmp_path: Path, kind: str
):
    """The real steps, and whom they say they serve. The code is ours; only what it knows is older."""
    oldest = oldest_served(head_revision())
    with a_postgresql(empty=True) as url:
        environ = {"MOORING_DATABASE_URL": url.render_as_string()} if kind == "postgresql" else {}
        server = Server(tmp_path, **environ)
        key = server.found("Harbor Notes")["product_key"]
        server.environ["PYTHONPATH"] = str(without_steps_after(oldest, tmp_path / "before"))
        migrated = server.run("migrate")
        assert (migrated["before"], migrated["after"]) == (head_revision(), head_revision())
        server.start()
        laptop = Laptop(tmp_path / "laptop", tmp_path / "mooring.json")
        laptop.ask("activate", key)
        assert laptop.ask("renew")["certificate"]["sequence"] == 2
        assert len(server.mint(2)) == 2
        checks = {check["check"]: check for check in operate(server, "doctor").document["checks"]}
        assert checks["database"]["level"] == "ok"
        server.stop()


def without_steps_after(revision: str, folder: Path) -> Path:
    """Return a folder with a package like ours that knows no revision after ``revision``."""
    package = folder / "mooring"
    shutil.copytree(Path(mooring.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    versions = package / "server" / "foundation" / "migrations" / "versions"
    for step in versions.glob("r*.py"):
        if step.name[1:].partition("_")[0] > revision:
            step.unlink()
    return folder


def test_stops_where_the_next_release_says_that_it_must(tmp_path: Path):
    server = Server(tmp_path)
    server.found("Harbor Notes")
    migrate_with_next_release(server, tmp_path / "next", serves_from="9999")
    for command in (("serve", "--port", "0"), ("admin", "product", "list"), ("migrate",)):
        ran = operate(server, *command)
        assert (ran.exit_code, ran.document["code"]) == (4, "server_unusable")
        assert "newer release of Mooring (revision 9999)" in ran.err
