"""The first page, and the pages that say what each reason means."""
