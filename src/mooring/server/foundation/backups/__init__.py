"""Backups of the embedded database: one file, whole or not at all."""
