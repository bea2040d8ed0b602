"""The only wiring of the SDK: which adapters the use cases get, and what of it a status does without."""
