"""What computer and server agree on: pure, and without input or output."""
