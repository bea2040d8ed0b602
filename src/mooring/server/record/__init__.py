"""The record: what happened, when, and who did it."""
