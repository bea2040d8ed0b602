"""Passwords: changing one, setting the first, doing without."""
