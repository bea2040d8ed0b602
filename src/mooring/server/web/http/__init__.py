"""What HTTP asks of every request alike: who it is from, how often, how it is told no, what is noted."""
