"""What a person is shown, as values without a toolkit: for command line, terminal and window alike."""
