"""What a program can ask of the SDK, one verb a file, and the ports that it needs for that."""
