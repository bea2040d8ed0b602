"""What somebody shows to prove who they are: passkeys, codes of an app, recovery codes."""
