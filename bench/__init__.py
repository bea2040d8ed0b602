"""What Mooring costs: each figure of docs/reference/performance.md beside its limit, measured in one run."""
