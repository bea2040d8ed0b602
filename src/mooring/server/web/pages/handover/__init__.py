"""Licenses change hands: by an offer that is accepted, or by the address that one was sold to."""
