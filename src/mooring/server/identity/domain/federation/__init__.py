"""Identities at providers: who vouches for a person, and what is believed of it."""
