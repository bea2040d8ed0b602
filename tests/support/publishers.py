"""A publisher's store, root key and sealing in memory."""

from contextlib import asynccontextmanager
from copy import copy

from mooring.core.jose.keys import SigningKey


class InMemoryPublisher:
    """Implements the port ``PublisherStore``; counts how often it was read."""

    def __init__(self):
        self._rows = _Rows()
        self.reads = 0

    @property
    def events(self):
        return self._rows.events

    @asynccontextmanager
    async def reading(self):
        self.reads += 1
        yield self._rows

    @asynccontextmanager
    async def changing(self):
        draft = self._rows.copy()
        yield draft
        self._rows = draft


class _Rows:
    def __init__(self):
        self.founded = None
        self.keys = {}
        self.events = []

    def copy(self):
        twin = copy(self)
        twin.keys = dict(self.keys)
        twin.events = list(self.events)
        return twin

    async def publisher(self):
        return self.founded

    async def signing_keys(self):
        return list(self.keys.values())

    async def found(self, founded):
        assert self.founded is None
        self.founded = founded

    async def add_signing_key(self, key):
        assert key.kid not in self.keys
        self.keys[key.kid] = key

    async def replace_signing_key(self, key):
        assert key.kid in self.keys
        self.keys[key.kid] = key

    async def record(self, what, *, detail, at):
        self.events.append((what, dict(detail), at))


class InMemoryRoot:
    """Implements the port ``RootKey``; ``take_away`` moves it offline."""

    def __init__(self):
        self.key = None

    def __str__(self):
        return "the safe"

    def load(self):
        return self.key

    def create(self):
        self.key = SigningKey.generate("Ed25519")
        return self.key

    def take_away(self):
        taken, self.key = self.key, None
        return taken


class OpenSealing:
    """Implements the port ``Sealing`` without hiding anything; it still insists on the purpose."""

    def seal(self, value, purpose):
        return purpose.encode() + b"\0" + value

    def unseal(self, sealed, purpose):
        sealed_for, _, value = sealed.partition(b"\0")
        assert sealed_for == purpose.encode()
        return value
