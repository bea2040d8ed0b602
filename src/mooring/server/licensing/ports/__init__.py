"""What licensing needs from outside: storage and signing, as protocols."""
