"""Hardware: what of a computer identifies it, how that is hashed, and when two profiles are one computer."""
