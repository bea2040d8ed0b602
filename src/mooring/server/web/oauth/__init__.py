"""OAuth 2.0 for devices: how a program comes to act for an account (RFC 6749, 8252, 8628, 9449)."""
