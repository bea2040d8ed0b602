"""Turns: what only one may do at a time, of all the processes and machines that share a database."""
