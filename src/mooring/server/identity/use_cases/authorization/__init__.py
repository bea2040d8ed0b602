"""Authorization: codes and tokens with which a device acts for an account."""
