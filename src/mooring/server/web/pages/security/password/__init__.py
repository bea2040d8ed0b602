"""The password: changing it, setting the first, doing without."""
