"""Sessions: in which browsers somebody is signed in, and ending that from elsewhere."""
