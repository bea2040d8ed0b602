"""What mails say: a function for each kind, the English sentences in it marked for translation."""
