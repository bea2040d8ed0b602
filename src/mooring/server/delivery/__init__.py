"""Delivery: what leaves the server by itself. It reads the outbox; only the wiring imports it."""
