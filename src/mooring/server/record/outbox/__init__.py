"""The outbox: mails written in the transaction that gives cause to them, to be sent once it is committed."""
