"""What computers ask for: activate, renew, deactivate; validate a key or certificate; read a status list."""
