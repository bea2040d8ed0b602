"""Proving an address by mail: at sign-up, later, and to come back in."""
