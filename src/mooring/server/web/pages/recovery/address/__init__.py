"""The address of an account: proving it, and changing it."""
