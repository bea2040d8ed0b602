"""`mooring.aio.App`: the same App for asynchronous programs."""

from mooring.client.aio import App

__all__ = ["App"]
