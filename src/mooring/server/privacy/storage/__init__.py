"""Where consents are kept."""
