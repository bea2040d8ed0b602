"""Signing in with an account at a provider, and adding such accounts to one's own."""
