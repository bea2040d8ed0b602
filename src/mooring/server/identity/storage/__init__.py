"""Where identity is kept: the tables, and what implements the ports upon them."""
