"""Letting a device in: by the code it shows, or by its own request."""
