"""What an operator does to a license that exists."""
