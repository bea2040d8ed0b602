"""The computer itself: its clock, its folders, its threads, and what it is."""
