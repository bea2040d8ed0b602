"""The commands under `mooring admin`."""
