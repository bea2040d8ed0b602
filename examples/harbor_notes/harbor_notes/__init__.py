"""Harbor Notes: notes in the terminal."""
