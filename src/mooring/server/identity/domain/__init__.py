"""The decisions of identity: pure, and told the time."""
