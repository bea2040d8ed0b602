"""Deciding who works here."""
