"""An operator in an empty folder."""

import pytest

from tests.support.operators import Operator


@pytest.fixture
def operator(tmp_path, monkeypatch, capsys):
    for name in ("DATA_DIR", "DATABASE_URL", "PUBLIC_URL", "SECRET_FILE", "ROOT_KEY_FILE"):
        monkeypatch.delenv(f"MOORING_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    return Operator(capsys)


@pytest.fixture
def founded(operator):
    """The operator of a server with Harbor Notes Pro."""
    operator.json("init", "Harbor Notes", "--edition", "pro")
    return operator
