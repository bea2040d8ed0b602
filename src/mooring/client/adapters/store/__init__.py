"""Where an installation keeps its certificate: a folder that survives crashes, or memory."""

from mooring.client.adapters.store.document import Owner
from mooring.client.adapters.store.file_store import FileStore
from mooring.client.adapters.store.memory_store import MemoryStore
from mooring.client.adapters.store.resilient_store import ResilientStore

__all__ = ["FileStore", "MemoryStore", "Owner", "ResilientStore"]
