"""The account page: licenses, devices, and what is signed in."""
