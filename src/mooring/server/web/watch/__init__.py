"""What an operator sees of the server: its log and its counters."""
