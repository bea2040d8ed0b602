"""What the exit code of `mooring` says to a script."""

DONE = 0
FAULT = 1  # in Mooring itself
WRONG_USAGE = 2
NOT_ACTIVATED = 3
REFUSED = 4
UNREACHABLE = 5  # the server cannot be reached, or does not answer sensibly
INTERRUPTED = 130
