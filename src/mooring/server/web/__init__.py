"""The server's door to the network: the API, and the pages around it."""
