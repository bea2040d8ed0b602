"""Privacy: what people agreed to share beyond what is necessary, and that nothing else is kept."""
