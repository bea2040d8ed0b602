"""Mail: from what the outbox says to what a mail server has taken."""
