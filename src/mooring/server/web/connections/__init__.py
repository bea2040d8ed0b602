"""Connections: from the bytes of a socket to a request, and back."""
