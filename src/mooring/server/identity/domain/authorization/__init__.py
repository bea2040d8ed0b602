"""Authorization: how a device comes to act for an account (OAuth 2.0), as rules."""
