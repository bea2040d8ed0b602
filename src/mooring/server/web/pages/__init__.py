"""What the server shows to people in a browser."""
