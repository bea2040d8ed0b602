"""What keeps a server sound: migrate, backup, restore, doctor."""
