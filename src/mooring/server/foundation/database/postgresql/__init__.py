"""PostgreSQL behind the ``Database`` port. Import nothing of it before such an address is opened: asyncpg."""
