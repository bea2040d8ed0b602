"""What every refusal is: a stable code, and what it tells besides."""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """An answer of no that the person can act on.

    ``members`` holds what a document of this refusal adds to its code, ready for JSON: instants as text,
    and no member that is not known. It may hold a secret (a suggested product key), so only the code is
    ever printed.
    """

    code: ClassVar[str]

    def __init__(self, **members: object) -> None:
        super().__init__(self.code)
        self.members: dict[str, object] = {
            name: value for name, value in members.items() if value is not None
        }
