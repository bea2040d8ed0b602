"""What a power cut would leave: a file, and its name, that the system was told to put on the disk."""

import os


class Disk:
    """Watches what this process puts on the disk, from the moment it is made."""

    def __init__(self, monkeypatch):
        self._steps = 0
        self._contents = {}  # a file as it was when it was synced -> when that was for the first time
        self._names = {}  # path -> the file that had this name when its folder was last synced
        self._given = {}  # path -> when a file was given this name
        self._opened = {}  # descriptor -> path
        opening, syncing = os.open, os.fsync

        def open_(path, *flags, **options):
            file = opening(path, *flags, **options)
            self._opened[file] = os.path.abspath(path)
            return file

        def fsync(file):
            syncing(file)
            self._sync(file)

        monkeypatch.setattr(os, "open", open_)
        monkeypatch.setattr(os, "fsync", fsync)
        for name in ("replace", "rename", "link"):
            monkeypatch.setattr(os, name, self._naming(getattr(os, name)))

    def would_keep(self, path):
        """Tell whether a power cut now would leave ``path`` whole, and any earlier one whole or absent."""
        path = os.path.abspath(path)
        state = os.stat(path)
        synced, named = self._contents.get(_as_it_is(state)), self._given.get(path)
        if synced is None or (named is not None and synced > named):
            return False
        return os.name == "nt" or self._names.get(path) == state.st_ino

    def _sync(self, file):
        self._steps += 1
        self._contents.setdefault(_as_it_is(os.fstat(file)), self._steps)
        folder = self._opened.get(file, "")
        if os.path.isdir(folder):
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                self._names[path] = os.lstat(path).st_ino

    def _naming(self, give):
        def giving(source, target, **options):
            give(source, target, **options)
            self._steps += 1
            self._given[os.path.abspath(target)] = self._steps

        return giving


def _as_it_is(state):
    return state.st_ino, state.st_size, state.st_mtime_ns
