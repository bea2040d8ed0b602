"""Wording of the server: what its pages, mails and commands say, in the languages that it speaks."""
