"""What a license's holder does with its devices: list, rename, free, reactivate."""
