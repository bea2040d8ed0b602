"""Admitting a computer to a license: finding its device, a place for it, an installation and its holder."""
