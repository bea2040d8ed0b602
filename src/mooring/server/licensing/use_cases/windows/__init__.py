"""What the PCs of an account tell of their Windows, seen and forgotten."""
