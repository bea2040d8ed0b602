"""Joining those who work here."""
