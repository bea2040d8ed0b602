"""What Windows' own records mean: pure, whatever they hold."""
