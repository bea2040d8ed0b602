"""What linking a license means, in plain words."""
