"""Passkeys in the browser: adding them, naming, removing, and signing in with them."""
