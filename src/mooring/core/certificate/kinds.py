"""The kinds of document that an issuing key signs: their types, limits, and what a status may be."""

from __future__ import annotations

from typing import Final

CERTIFICATE_TYPE: Final = "mooring-certificate+jwt"
STATUS_LIST_TYPE: Final = "statuslist+jwt"

CERTIFICATE_LIMIT: Final = 16 * 1024
"""Characters of a certificate."""

STATUS_LIST_LIMIT: Final = 64 * 1024
"""Characters of a status list: the largest list of random entries takes about 60,000."""

TYPES: Final = {"certificate": CERTIFICATE_TYPE, "status_list": STATUS_LIST_TYPE}
"""The ``typ`` of what is signed, by the ``use`` that a statement allows."""

VALID: Final = 0
INVALID: Final = 1
SUSPENDED: Final = 2
