"""Modules made anew: what a module makes while it is imported, made again before the eyes of a test."""

import importlib.util
from types import ModuleType


def made_anew(module: ModuleType) -> ModuleType:
    """Return what importing ``module`` for the first time gives; the one in use stays as it is."""
    spec = importlib.util.find_spec(module.__name__)
    anew = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(anew)
    return anew
