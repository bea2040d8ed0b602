"""Coming back in by mail: another password, and a former address."""
