"""Licenses that were sold to an e-mail address: sold, asked for, claimed by whoever reads it."""
