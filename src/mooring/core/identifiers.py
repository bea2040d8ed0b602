"""Identifiers: a prefix that says what is meant, then 26 symbols that sort by time of birth.

An identifier is a [ULID](https://github.com/ulid/spec) in lower-case Crockford base32: 48 bits of Unix time
in milliseconds, then 80 random bits. Outside Mooring it is opaque.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, NewType

from mooring.core.instants import to_seconds

if TYPE_CHECKING:
    from datetime import datetime

ProductId = NewType("ProductId", str)
EditionId = NewType("EditionId", str)
PolicyId = NewType("PolicyId", str)
LicenseId = NewType("LicenseId", str)
ActivationId = NewType("ActivationId", str)
DeviceId = NewType("DeviceId", str)
InstallationId = NewType("InstallationId", str)
AccountId = NewType("AccountId", str)

PRODUCT = "prd"
EDITION = "edt"
POLICY = "pol"
LICENSE = "lic"
ACTIVATION = "act"
DEVICE = "dev"
INSTALLATION = "ins"
ACCOUNT = "acc"

_SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz"
_SYMBOL_SET = frozenset(_SYMBOLS)
_LENGTH = 26
_TIME_SYMBOLS = 10
_RANDOM_SYMBOLS = _LENGTH - _TIME_SYMBOLS
# 32 divides 256, so every symbol is equally likely and no byte has to be thrown away.
_BYTE_TO_SYMBOL = (_SYMBOLS * 8).encode()
_latest: dict[str, tuple[str, int]] = {}
"""For each prefix: when the latest ordered identifier was born, and its random number."""


def new_identifier(prefix: str, at: datetime) -> str:
    """Return a fresh identifier of the kind ``prefix``, born at ``at``.

    Raises:
        ValueError: ``at`` has no time zone, or lies before 1970.
    """
    return f"{prefix}_{_time_part(at)}{os.urandom(_RANDOM_SYMBOLS).translate(_BYTE_TO_SYMBOL).decode()}"


def new_ordered_identifier(prefix: str, at: datetime) -> str:
    """Return a fresh identifier that sorts after all that this process made for ``prefix`` and ``at``.

    What happens within one second thus keeps its order. As in a monotonic ULID, each following one adds to
    the random number of the first.

    Raises:
        ValueError: ``at`` has no time zone, or lies before 1970.
    """
    born = _time_part(at)
    last_born, last = _latest.get(prefix, ("", 0))
    # Half the range is left for those that follow; a step is random too, so that neighbors are not guessed.
    number = (
        last + 1 + int.from_bytes(os.urandom(4)) if born == last_born else int.from_bytes(os.urandom(10)) >> 1
    )
    _latest[prefix] = (born, number)
    return f"{prefix}_{born}{_symbols_of(number, _RANDOM_SYMBOLS)}"


def new_product_id(at: datetime) -> ProductId:
    """Return a fresh product identifier."""
    return ProductId(new_identifier(PRODUCT, at))


def new_edition_id(at: datetime) -> EditionId:
    """Return a fresh edition identifier."""
    return EditionId(new_identifier(EDITION, at))


def new_policy_id(at: datetime) -> PolicyId:
    """Return a fresh policy identifier."""
    return PolicyId(new_identifier(POLICY, at))


def new_license_id(at: datetime) -> LicenseId:
    """Return a fresh license identifier."""
    return LicenseId(new_identifier(LICENSE, at))


def new_license_ids(count: int, at: datetime) -> list[LicenseId]:
    """Return ``count`` fresh license identifiers in increasing order.

    The order lets a database append to its primary key while a large batch of keys is minted. Each identifier
    has its own 80 random bits, so knowing one tells nothing about its neighbors.
    """
    born = f"{LICENSE}_{_time_part(at)}"
    drawn = os.urandom(_RANDOM_SYMBOLS * count).translate(_BYTE_TO_SYMBOL).decode()
    endings = [drawn[start : start + _RANDOM_SYMBOLS] for start in range(0, len(drawn), _RANDOM_SYMBOLS)]
    endings.sort()
    return [LicenseId(born + ending) for ending in endings]


def new_activation_id(at: datetime) -> ActivationId:
    """Return a fresh activation identifier."""
    return ActivationId(new_identifier(ACTIVATION, at))


def new_device_id(at: datetime) -> DeviceId:
    """Return a fresh device identifier."""
    return DeviceId(new_identifier(DEVICE, at))


def new_installation_id(at: datetime) -> InstallationId:
    """Return a fresh installation identifier."""
    return InstallationId(new_identifier(INSTALLATION, at))


def new_account_id(at: datetime) -> AccountId:
    """Return a fresh account identifier."""
    return AccountId(new_identifier(ACCOUNT, at))


def is_identifier(text: str, prefix: str) -> bool:
    """Tell whether ``text`` is a well-formed identifier of the kind ``prefix``."""
    head, separator, body = text.partition("_")
    return (
        head == prefix
        and separator == "_"
        and len(body) == _LENGTH
        and _SYMBOL_SET.issuperset(body)
        and body[0] <= "7"  # 26 symbols hold 130 bits; the two highest are always zero
    )


def parse_product_id(text: str) -> ProductId:
    """Return ``text`` as a product identifier, or raise ValueError."""
    return ProductId(_parsed(text, PRODUCT))


def parse_edition_id(text: str) -> EditionId:
    """Return ``text`` as an edition identifier, or raise ValueError."""
    return EditionId(_parsed(text, EDITION))


def parse_policy_id(text: str) -> PolicyId:
    """Return ``text`` as a policy identifier, or raise ValueError."""
    return PolicyId(_parsed(text, POLICY))


def parse_license_id(text: str) -> LicenseId:
    """Return ``text`` as a license identifier, or raise ValueError."""
    return LicenseId(_parsed(text, LICENSE))


def parse_activation_id(text: str) -> ActivationId:
    """Return ``text`` as an activation identifier, or raise ValueError."""
    return ActivationId(_parsed(text, ACTIVATION))


def parse_device_id(text: str) -> DeviceId:
    """Return ``text`` as a device identifier, or raise ValueError."""
    return DeviceId(_parsed(text, DEVICE))


def parse_installation_id(text: str) -> InstallationId:
    """Return ``text`` as an installation identifier, or raise ValueError."""
    return InstallationId(_parsed(text, INSTALLATION))


def parse_account_id(text: str) -> AccountId:
    """Return ``text`` as an account identifier, or raise ValueError."""
    return AccountId(_parsed(text, ACCOUNT))


def _parsed(text: str, prefix: str) -> str:
    if not is_identifier(text, prefix):
        raise ValueError(f"not an identifier of the form {prefix}_ and {_LENGTH} symbols")
    return text


def _time_part(at: datetime) -> str:
    milliseconds = to_seconds(at) * 1000 + at.microsecond // 1000
    if milliseconds < 0:
        raise ValueError("an identifier cannot be born before 1970")
    return _encoded(milliseconds)


@lru_cache(maxsize=16)  # a busy server bears thousands within the same second
def _encoded(milliseconds: int) -> str:
    return _symbols_of(milliseconds, _TIME_SYMBOLS)


def _symbols_of(number: int, length: int) -> str:
    return "".join(_SYMBOLS[number >> shift & 31] for shift in range(5 * length - 5, -1, -5))
