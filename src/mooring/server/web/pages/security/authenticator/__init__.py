"""The authenticator app and the recovery codes."""
