"""The server: capabilities first, and inside each the layers."""
