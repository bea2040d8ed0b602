"""What Harbor Notes asks Mooring: is it activated, and what may be used."""

import mooring

NOTES_WITHOUT_A_LICENSE = 10
UNLIMITED_NOTES = "unlimited-notes"  # in every edition
EXPORT_PDF = "export-pdf"  # in Pro

app = mooring.App.from_package("harbor_notes")


def may_add_a_note(notes_so_far: int, *, app: mooring.App = app) -> bool:
    """Return whether one more note may be written: always with a license, the first ten without."""
    return app.allows(UNLIMITED_NOTES) or notes_so_far < NOTES_WITHOUT_A_LICENSE
