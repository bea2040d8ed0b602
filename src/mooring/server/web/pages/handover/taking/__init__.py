"""Taking a license that was offered, with the link from the mail."""
