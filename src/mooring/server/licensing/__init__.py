"""Licensing: what is sold, who holds which seat, and the certificates that prove it."""
