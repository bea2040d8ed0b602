"""Compact signed documents (JOSE), with the two algorithms of Mooring and nothing to choose from."""
