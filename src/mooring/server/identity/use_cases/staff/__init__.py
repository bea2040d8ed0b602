"""Staff: deciding who works here, and joining."""
