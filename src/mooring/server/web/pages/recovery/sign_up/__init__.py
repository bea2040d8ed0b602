"""Signing up with a code from a mail."""
