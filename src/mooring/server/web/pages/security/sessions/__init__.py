"""Sessions and devices: where a person is signed in."""
