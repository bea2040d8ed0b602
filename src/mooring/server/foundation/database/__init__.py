"""The database behind one small port, whichever it is."""
