"""The doors through which a person reaches the SDK: command line, terminal, window."""
