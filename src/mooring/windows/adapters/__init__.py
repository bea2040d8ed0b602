"""What asks Windows, and opens its Settings."""
