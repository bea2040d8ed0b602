"""Passkeys: adding them, signing in with them, naming and removing them."""
