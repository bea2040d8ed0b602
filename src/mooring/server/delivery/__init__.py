"""Delivery: what leaves the server by itself. It reads the outbox; only wiring and commands import it."""
