"""What the operator of a server does about accounts, at its command line."""
