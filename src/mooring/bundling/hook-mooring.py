"""What PyInstaller packs along with `mooring`: catalogues, what is imported by name, the form of Settings."""  # noqa: N999 - PyInstaller's name

from __future__ import annotations

from typing import TYPE_CHECKING

from PyInstaller.utils.hooks import (  # type: ignore[import-untyped]
    collect_data_files,
    collect_submodules,
)

if TYPE_CHECKING:
    from PyInstaller.depend.imphookapi import PostGraphAPI  # type: ignore[import-untyped]

FORMS = {"PySide6": "mooring.client.doors.window", "textual": "mooring.client.doors.terminal"}
"""The forms of Settings, and the toolkit of each."""


def _is_for_every_program(module: str) -> bool:
    """Tell whether a module of the SDK goes along with every program: not the commands, not the forms."""
    return not module.startswith("mooring.client.doors.") or module == "mooring.client.doors.settings"


datas = collect_data_files("mooring.core", includes=["**/*.mo"])
hiddenimports = [
    *collect_submodules("mooring.client", filter=_is_for_every_program),
    *collect_submodules("mooring.core"),
    "mooring.aio",
]


def hook(api: PostGraphAPI) -> None:
    """Pack the form of Settings whose toolkit the program uses anyway: another would double its size."""
    for toolkit, form in FORMS.items():
        if api.module_graph.find_node(toolkit) is not None:
            api.add_imports(form, *collect_submodules(form))
