"""The way to the activation servers: HTTP by the standard library, under one deadline."""
