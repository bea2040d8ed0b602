"""The second step of who works here: never left out, whatever the first was."""

from __future__ import annotations

from enum import Enum, auto


class LastSecondFactor(Exception):
    """Who works here keeps a second factor: this is the only one."""


class SecondStep(Enum):
    """What is asked for after a password, or after a provider's word."""

    CODE = auto()
    """A code of the app, or from the paper."""
    PASSKEY = auto()
    """A passkey: there is no app."""
    SET_UP = auto()
    """Nothing can be asked for so far: one is set up, and nothing else is shown before."""


def second_step(*, authenticator: bool, passkeys: int) -> SecondStep:
    """Return the second step of who has an ``authenticator`` that counts, and so many ``passkeys``.

    Who has either must show it: else whoever found the password could set up one of their own.
    """
    if authenticator:
        return SecondStep.CODE
    return SecondStep.PASSKEY if passkeys else SecondStep.SET_UP


def check_one_stays(*, authenticator: bool, passkeys: int) -> None:
    """Return only if somebody who works here is left a second factor: what there will be is given.

    Raises:
        LastSecondFactor: There will be none.
    """
    if second_step(authenticator=authenticator, passkeys=passkeys) is SecondStep.SET_UP:
        raise LastSecondFactor
