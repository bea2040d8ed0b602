"""Who asks: the device proof of a request, its nonce, and that it is used only once."""
