"""Giving a license to somebody: the offer, and all that is open."""
