"""An activated installation in a real folder, whose descriptor names any server a test wants."""

import os
from datetime import UTC, datetime

from mooring.client.adapters.installation_key.key_file import KeyFile
from mooring.client.adapters.store.document import Owner
from mooring.client.adapters.store.file_store import FileStore
from mooring.client.app import App
from mooring.testing import FakeClock, FakeServer, a_computer


class Installation:
    """A home folder that a fake server has activated at the real time."""

    def __init__(self, folder, *, activated=True):
        self.folder = str(folder)
        self.server = FakeServer(clock=FakeClock(datetime.now(UTC).replace(microsecond=0)))
        self.key = self.server.mint()
        descriptor = self.server.descriptor
        self.owner = Owner(descriptor["issuer"], descriptor["product"])
        self.in_process = self.server.app(store=self.store(), keys=KeyFile(self.folder))
        if activated:
            self.in_process.activate(self.key)

    def store(self):
        return FileStore(self.folder, self.owner)

    def app(self, *servers, timeout=30.0, **options):
        """Return the real App of this home, which asks ``servers``."""
        descriptor = self.server.descriptor
        if servers:
            descriptor = {**descriptor, "servers": list(servers)}
        return App(descriptor, home=self.folder, hardware=a_computer(), timeout=timeout, **options)

    def bytes(self):
        """Return every file of the home, byte for byte."""
        return contents(self.folder)


def contents(folder):
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(base, name), "rb") as file:
                found[os.path.relpath(os.path.join(base, name), folder)] = file.read()
    return found
