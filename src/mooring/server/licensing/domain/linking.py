"""Who becomes a license's holder, and what the key still opens once somebody is (contract, section 7).

What is shown decides. The key and a device that uses the license, or the key of a license that nobody uses,
make a holder at once; a device alone, or the key of a license that others use, only provisionally: whoever
signs in on another's computer, or kept a sold key, can be refused there for 14 days, and cannot move anything
until then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from mooring.core.refusals import (
    AlreadyLinked,
    HolderProvisional,
    LinkNotAllowed,
    NotFound,
    NotLicenseHolder,
    SignInRequired,
)
from mooring.server.licensing.domain.channels import Link
from mooring.server.licensing.domain.holder import Holder

if TYPE_CHECKING:
    from datetime import datetime

    from mooring.core.identifiers import DeviceId
    from mooring.server.licensing.domain.holder import AccountRef
    from mooring.server.licensing.domain.license import License


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows who wants to be holder.

    Attributes:
        key: Whether the license's key was typed.
        device_id: The device from which they ask, where it uses the license.
        in_use: Whether anybody uses the license.
    """

    key: bool
    device_id: DeviceId | None
    in_use: bool = True

    @property
    def is_enough(self) -> bool:
        """Whether it makes a holder at once."""
        return self.key and (self.device_id is not None or not self.in_use)


class Settled(NamedTuple):
    """A license after its key was typed on a computer.

    ``key_vouches`` tells whether whoever links there next has shown the key with that: not after somebody
    claimed the license without it, for it may be that one who links again.
    """

    license: License
    key_vouches: bool


def linked(license_: License, account: AccountRef, shown: Shown, *, at: datetime) -> License:
    """Return ``license_`` with ``account`` as its holder; one that is already stays what it is.

    Raises:
        LinkNotAllowed: The policy keeps the license with the organization.
        AlreadyLinked: Another account holds it: for good, or provisionally and no less was shown for it.
    """
    if license_.offer.policy.link == Link.NO:
        raise LinkNotAllowed
    holder = license_.holder
    if holder is not None and holder.account.id == account.id:
        if holder.is_confirmed(at=at) or not _completes(holder, shown):
            return license_
        return replace(license_, holder=holder.confirmed(at=at))
    if holder is not None and (holder.is_confirmed(at=at) or not shown.is_enough):
        raise AlreadyLinked(holder.account.masked)
    become = Holder.at_once if shown.is_enough else Holder.provisionally
    return replace(license_, holder=become(account, device_id=shown.device_id, at=at))


def _completes(holder: Holder, shown: Shown) -> bool:
    """Tell whether ``shown`` confirms a holder who showed only the key before, or only a device."""
    became_by_key = holder.device_id is None
    return (
        shown.is_enough
        or (shown.key and not became_by_key)
        or (shown.device_id is not None and became_by_key)
    )


def unlinked_by(license_: License, account: AccountRef | None, *, on_device: bool, at: datetime) -> License:
    """Return ``license_`` without a holder, because ``account`` gives it back or somebody refuses it.

    A holder who is not confirmed may be refused by anybody ``on_device``, a computer that uses the license:
    whoever signed in there with a stolen look is sent away without their password. A license without a holder
    stays as it is.

    Raises:
        SignInRequired: Only its holder may do that, and nobody is signed in.
        NotLicenseHolder: Another account holds it.
    """
    holder = license_.holder
    if holder is None:
        return license_
    is_mine = account is not None and holder.account.id == account.id
    may_be_refused = on_device and not holder.is_confirmed(at=at)
    if not is_mine and not may_be_refused:
        raise _held_by_another(holder, account)
    return replace(license_, holder=None)


def is_owner(license_: License, account: AccountRef | None, *, key_typed: bool, at: datetime) -> bool:
    """Tell whether who asks has shown that the license is theirs to dispose of.

    Once its holder is confirmed, that is the holder; before, it is whoever types the key.
    """
    if license_.holder is None or not license_.holder.is_confirmed(at=at):
        return key_typed
    return account is not None and license_.holder.account.id == account.id


def check_key_opens(license_: License, account: AccountRef | None, *, at: datetime) -> None:
    """Return only if the license's key, typed by ``account`` or nobody known, may open something new.

    Raises:
        SignInRequired: The license has a holder, or must have one, and nobody is signed in.
        NotLicenseHolder: Another account holds it.
    """
    if account is None and license_.offer.policy.link == Link.REQUIRED:
        raise SignInRequired
    if license_.holder is not None and not is_owner(license_, account, key_typed=True, at=at):
        raise _held_by_another(license_.holder, account)


def settled_by_key(
    license_: License, account: AccountRef | None, *, device_id: DeviceId, opened: bool, at: datetime
) -> Settled:
    """Return ``license_`` after its key was typed, without linking, on a device that uses it now.

    The key speaks for whoever typed it, and that need not be the account that is signed in on that computer:
    a thief who signed in there is signed in, too, when the owner types the key. So it ends every claim that
    was made by a device alone, and confirms nobody by it: who wants that links with the key, and is told to
    whom. Only an account that showed the key before is confirmed, by the device that it shows now.

    A license that must have a holder gets the account that is signed in: at once if the key ``opened`` a seat
    just now, else on trial. One that this account holds on trial already stays so.
    """
    holder, required = license_.holder, license_.offer.policy.link == Link.REQUIRED
    if holder is not None and holder.is_confirmed(at=at):
        return Settled(license_, key_vouches=True)
    if holder is not None and account is not None and holder.account.id == account.id:
        if holder.device_id is None:
            shown = Shown(key=True, device_id=device_id)
            return Settled(linked(license_, account, shown, at=at), key_vouches=True)
        return Settled(license_ if required else replace(license_, holder=None), key_vouches=False)
    after = replace(license_, holder=None)
    if required and account is not None:
        after = linked(after, account, Shown(key=opened, device_id=device_id), at=at)
    return Settled(after, key_vouches=holder is None)


def is_holder(license_: License, account: AccountRef | None) -> bool:
    """Tell whether ``account`` holds the license, confirmed or not."""
    return license_.holder is not None and account is not None and license_.holder.account.id == account.id


def check_holds(license_: License, account: AccountRef) -> Holder:
    """Return the license's holder, who is ``account``.

    Raises:
        NotFound: It is not: to this account there is no such license.
    """
    if license_.holder is None or license_.holder.account.id != account.id:
        raise NotFound
    return license_.holder


def check_may_move(license_: License, account: AccountRef, *, at: datetime) -> None:
    """Return only if ``account`` may move and free the license's seats.

    Raises:
        NotFound: It does not hold the license.
        HolderProvisional: It does, but has not shown that it is its own.
    """
    until = check_holds(license_, account).open_until(at=at)
    if until is not None:
        raise HolderProvisional(until)


def _held_by_another(holder: Holder, account: AccountRef | None) -> SignInRequired | NotLicenseHolder:
    return SignInRequired() if account is None else NotLicenseHolder(holder.account.masked)
