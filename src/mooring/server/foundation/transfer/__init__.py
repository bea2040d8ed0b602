"""Whole databases, taken from one kind to the other and proven to be the same there."""
