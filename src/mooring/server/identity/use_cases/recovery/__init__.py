"""Recovery: proving to read a mailbox, and what that is good for."""
