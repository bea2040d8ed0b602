"""Signing in again, before something delicate."""
