"""The console: for those who work here."""
