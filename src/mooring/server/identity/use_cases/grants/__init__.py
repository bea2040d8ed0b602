"""Grants: which devices are signed in to an account."""
