"""Harbor Notes: notes in a window and in the terminal."""
