"""The decisions of licensing: pure, and told the time."""
