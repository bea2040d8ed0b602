"""The installation's key pair: what a certificate is bound to."""

from mooring.client.adapters.installation_key.key_file import KeyFile, MemoryKey

__all__ = ["KeyFile", "MemoryKey"]
