"""What is said about Windows; its catalogue is its own, which no program reads to know its license."""

import os.path

LOCALES = os.path.join(os.path.dirname(__file__), "locales")
"""The folder of the translations."""
