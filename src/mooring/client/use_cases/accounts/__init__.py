"""What a person who signs in can ask for, one verb a file."""
