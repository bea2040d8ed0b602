"""Offers and purchases in the database."""
