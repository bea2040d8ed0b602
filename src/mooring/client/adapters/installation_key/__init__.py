"""The installation's key pair: what a certificate is bound to."""
