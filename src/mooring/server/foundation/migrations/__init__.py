"""How the tables come to be, and how they change from release to release."""
