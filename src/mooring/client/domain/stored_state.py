"""What an installation remembers between two starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mooring.core.instants import from_seconds, to_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class StoredState(NamedTuple):
    """The whole memory of an installation but for its key.

    Attributes:
        certificate: the certificate held, exactly as it came; None without an activation.
        high_water: the latest local time seen since the certificate arrived.
        min_epoch: the highest ``min_epoch`` of any key statement seen: issuing keys below it are dead.
        status_list: the latest verified status list that had something to say, exactly as it came.
        rolled_back: the server noticed that this installation had gone back to an older certificate.
        key_mark: keyed digest of the product key that the license was activated with here; None where it was
            activated without one. It tells whether another key is typed, and cannot be turned back into one.
        refused_with: the code with which the server refused, when it told of ``status_list``. It only says
            why: what takes the activation away is the list, which is signed.
    """

    certificate: str | None = None
    high_water: datetime | None = None
    min_epoch: int = 0
    status_list: str | None = None
    rolled_back: bool = False
    key_mark: str | None = None
    refused_with: str | None = None

    def without_certificate(self) -> StoredState:
        """Return the state once the activation is given up."""
        return StoredState(min_epoch=self.min_epoch, rolled_back=self.rolled_back)

    def to_document(self) -> dict[str, object]:
        """Return the state as a JSON object."""
        return {
            "certificate": self.certificate,
            "high_water": None if self.high_water is None else to_seconds(self.high_water),
            "min_epoch": self.min_epoch,
            "status_list": self.status_list,
            "rolled_back": self.rolled_back,
            "key_mark": self.key_mark,
            "refused_with": self.refused_with,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> StoredState:
        """Return the state that ``document`` holds.

        Raises:
            ValueError: a member is missing or of another type.
        """
        certificate, status_list = document.get("certificate"), document.get("status_list")
        high_water, min_epoch = document.get("high_water"), document.get("min_epoch")
        rolled_back, key_mark = document.get("rolled_back"), document.get("key_mark")
        refused_with = document.get("refused_with")
        if not (
            isinstance(certificate, str | None)
            and isinstance(status_list, str | None)
            and isinstance(high_water, int | None)
            and isinstance(min_epoch, int)
            and isinstance(rolled_back, bool)
            and isinstance(key_mark, str | None)
            and isinstance(refused_with, str | None)
        ):
            raise ValueError("the stored state has a member of the wrong type")  # noqa: TRY004 - a fault of the file
        return cls(
            certificate=certificate,
            high_water=None if high_water is None else from_seconds(high_water),
            min_epoch=min_epoch,
            status_list=status_list,
            rolled_back=rolled_back,
            key_mark=key_mark,
            refused_with=refused_with,
        )


NOTHING_STORED = StoredState()


class Held(NamedTuple):
    """What the store holds, and how well it could be read.

    Attributes:
        state: what is remembered; nothing, on a new installation.
        restored: the newest copy was damaged, so this is the one before it.
        lost: every copy was damaged, so nothing is left.
        unwritable: the folder that cannot be written, where changes live only as long as this program.
    """

    state: StoredState
    restored: bool = False
    lost: bool = False
    unwritable: str | None = None
