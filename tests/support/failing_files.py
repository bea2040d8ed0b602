"""A file system that fails, or dies with its process, at the operation that a test chooses."""

from mooring.client.adapters.store.files import FileOperations


class Killed(BaseException):
    """The process was killed: nothing after this instant happens."""


class FailingFiles(FileOperations):
    """Performs every operation but the ``at``-th, counted from 1, and none after it if it is `Killed`."""

    CHANGING = frozenset(
        {"create", "write", "sync", "close", "replace", "discard", "make_folder", "sync_folder"}
    )

    def __init__(self, at, error):
        self._left = at
        self._error = error
        self.happened = False

    def __getattribute__(self, name):
        operation = super().__getattribute__(name)
        if name in FailingFiles.CHANGING:
            return lambda *arguments: self._perform(name, operation, arguments)
        return operation

    def _perform(self, name, operation, arguments):
        if self.happened and isinstance(self._error, Killed):
            raise self._error
        self._left -= 1
        if self._left:
            return operation(*arguments)
        self.happened = True
        if name == "write":  # part of it reached the disk
            file, content = arguments
            operation(file, content[: len(content) // 2])
        raise self._error


def every_failure(error):
    """Yield file systems that fail at the first, the second, ... operation, until one never failed."""
    at = 0
    while True:
        at += 1
        files = FailingFiles(at, error)
        yield files
        if not files.happened:
            return
