"""What an operator does to the publisher and the keys that sign for it."""
