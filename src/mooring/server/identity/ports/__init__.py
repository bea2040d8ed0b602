"""What identity needs of the world."""
