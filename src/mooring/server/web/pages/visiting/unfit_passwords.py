"""What a page says of a password that cannot be used, and what to do about it."""

from collections.abc import Mapping
from typing import Final

from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.password import LONGEST, SHORTEST, PasswordUnfit, Unfit
from mooring.server.web.pages.visiting.visit import Visit

_SENTENCES: Final[Mapping[Unfit, str]] = {
    "empty": mark("Type a password."),
    "short": mark("This password is too short: it needs at least {shortest} characters."),
    "long": mark("This password is too long: {longest} characters are the most."),
    "common": mark("This password is among the first that anybody would try. Choose another."),
    "like_email": mark("This password is too much like your address. Choose another."),
}


def say_unfit(visit: Visit, unfit: PasswordUnfit) -> str:
    """Return why the password cannot be used, in the visitor's language."""
    return visit.say(_SENTENCES[unfit.why], shortest=SHORTEST, longest=LONGEST)
