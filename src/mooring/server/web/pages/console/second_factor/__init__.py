"""The second step of signing in, for those who work here."""
