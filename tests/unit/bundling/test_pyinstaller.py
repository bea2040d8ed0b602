"""What PyInstaller is told to pack along."""

import importlib.util
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import mooring.bundling
from mooring.bundling import hook_folders
from mooring.client.bootstrap.doors import SETTINGS
from mooring.client.bootstrap.wiring import _MET_ON_THE_WAY

PROJECT = Path(__file__).parents[3] / "pyproject.toml"
CORE = Path(mooring.bundling.__file__).parents[1] / "core"
WINDOW = CORE.parent / "client" / "doors" / "window"


class Graph:
    """Stands for what PyInstaller found by following the program's imports."""

    def __init__(self, *modules: str) -> None:
        self._modules = modules

    def find_node(self, name: str) -> object | None:
        return name if name in self._modules else None


class Api:
    """Stands for PyInstaller, when it asks the hook what else there is."""

    def __init__(self, *modules: str) -> None:
        self.module_graph = Graph(*modules)
        self.added: list[str] = []

    def add_imports(self, *names: str) -> None:
        self.added += names


def a_hook(name: str) -> Any:
    (folder,) = hook_folders()
    spec = importlib.util.spec_from_file_location("a_hook", Path(folder, f"hook-{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def hook() -> Any:
    return a_hook("mooring")


def test_pyinstaller_finds_the_hooks_by_itself():
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    named = project["entry-points"]["pyinstaller40"]["hook-dirs"]
    assert EntryPoint("hook-dirs", named, "pyinstaller40").load() is hook_folders


def test_every_language_goes_along_and_nothing_for_translators(hook: Any):
    packed = {Path(source) for source, _ in hook.datas}
    assert packed == set(CORE.rglob("*.mo"))
    assert {target for _, target in hook.datas} >= {"mooring/core/wording/locales/de/LC_MESSAGES"}


def test_what_is_imported_by_name_goes_along(hook: Any):
    assert {SETTINGS, "mooring.aio", *_MET_ON_THE_WAY} <= set(hook.hiddenimports)


def test_commands_server_and_test_tools_stay_at_home(hook: Any):
    strangers = ("mooring.server", "mooring.testing", "mooring.client.doors.cli", "mooring.command")
    assert [name for name in hook.hiddenimports if name.startswith(strangers)] == []


@pytest.mark.parametrize(
    ("toolkit", "form", "other"),
    [
        ("PySide6", "mooring.client.doors.window", "mooring.client.doors.terminal"),
        ("textual", "mooring.client.doors.terminal", "mooring.client.doors.window"),
    ],
)
def test_a_program_gets_the_form_of_the_toolkit_that_it_uses(hook: Any, toolkit: str, form: str, other: str):
    api = Api("mooring", toolkit)
    hook.hook(api)
    assert form in api.added
    assert [name for name in api.added if name.startswith(other)] == []


def test_a_program_without_a_toolkit_gets_no_form(hook: Any):
    api = Api("mooring")
    hook.hook(api)
    assert api.added == []


def test_the_windows_qml_goes_along():
    packed = {Path(source) for source, _ in a_hook("mooring.client.doors.window").datas}
    assert set(WINDOW.rglob("*.qml")) <= packed
    assert set(WINDOW.rglob("qmldir")) <= packed
    assert WINDOW / "qml" / "Main.qml" in packed
