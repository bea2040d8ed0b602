"""What identity does, a verb a file: it locks, asks the domain, and saves."""
