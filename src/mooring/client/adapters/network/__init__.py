"""The way to the activation servers: HTTP by the standard library, under one deadline."""

from mooring.client.adapters.network.http_network import HttpNetwork

__all__ = ["HttpNetwork"]
