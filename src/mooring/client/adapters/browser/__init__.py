"""The person's browser on this computer, and the address at which a program waits for it to come back."""
