"""What the device's commands and the server's share: where words go, exit codes, help with examples."""
