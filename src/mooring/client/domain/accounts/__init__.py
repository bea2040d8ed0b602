"""The customer's account, as a device knows it: who is signed in, how they sign in, what they hold."""
