"""SMTP: a conversation with the publisher's own mail server."""
