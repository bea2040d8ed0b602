"""Security and sign-in: by what a person proves who they are, and where they are signed in."""
