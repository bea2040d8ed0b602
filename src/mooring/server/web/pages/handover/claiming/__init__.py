"""Claiming a license that was sold to an e-mail address."""
