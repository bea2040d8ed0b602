"""What accounts do with licenses: link, unlink, claim; look over what they hold and what happened to it."""
