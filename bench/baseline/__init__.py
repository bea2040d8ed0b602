"""The usual way to do the same work: FastAPI, pydantic, SQLAlchemy's ORM, a general JOSE library."""
