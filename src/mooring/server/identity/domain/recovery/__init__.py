"""Recovery: what a link or a code in a mail stands for, and what it is good for."""
