"""What people can agree to, and what follows from it."""
