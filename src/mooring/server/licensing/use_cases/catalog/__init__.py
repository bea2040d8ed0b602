"""What an operator does to the catalog: products, editions, policies."""
