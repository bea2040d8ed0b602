"""How a license comes to another holder: handed over by the one before, or claimed by whom it was sold to."""
