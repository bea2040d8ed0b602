"""What `App` offers, by subject: what needs no network, activating, and what is for an account."""
