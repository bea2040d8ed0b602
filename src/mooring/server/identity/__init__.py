"""Identity: accounts, how their owners sign in, and what their devices may do for them."""
