"""What Harbor Notes asks Mooring: is it activated, and what may be used."""

import mooring

NOTES_WITHOUT_A_LICENSE = 10

app = mooring.App.from_package("harbor_notes")


def may_add_a_note(notes_so_far: int) -> bool:
    """Return whether one more note may be written: always with a license, the first ten without."""
    return app.allows("unlimited-notes") or notes_so_far < NOTES_WITHOUT_A_LICENSE
