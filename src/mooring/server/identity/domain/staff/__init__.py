"""Staff: the people who work in the console, what each may do, and how one becomes one of them."""
