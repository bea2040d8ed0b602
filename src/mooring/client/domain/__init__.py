"""What the SDK decides by itself, pure: does a certificate count, what is due when, what to tell."""
