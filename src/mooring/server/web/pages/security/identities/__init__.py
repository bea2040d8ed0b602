"""Accounts elsewhere that one signs in with."""
