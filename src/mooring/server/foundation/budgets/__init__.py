"""Budgets of tries: how often something may be tried, counted by one process or by all of them."""
