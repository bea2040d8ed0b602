"""Device codes: a device shows a code, a person decides in the browser, the device gets its tokens."""
