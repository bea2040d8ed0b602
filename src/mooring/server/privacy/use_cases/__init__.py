"""What people do about privacy."""
