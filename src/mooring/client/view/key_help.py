"""Help while a product key is typed: how far it is, what is wrong with it, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mooring.client.domain.reports.key_check import check_key
from mooring.client.view.mistyped_key import mistyped_key
from mooring.core.product_key import ALPHABET, normalize
from mooring.core.refusals import KeyMalformed
from mooring.core.wording.catalogue import mark, mark_plural, translator
from mooring.core.wording.reasons import reason_document

if TYPE_CHECKING:
    from mooring.client.view.mistyped_key import MistypedKey
    from mooring.core.descriptor import Descriptor

KEY_LENGTH = 25
GROUP = 5

_TYPE_IT = mark("25 letters and digits, as they stand on the box, the card or the mail")
_MORE = mark_plural("{count} character is missing", "{count} characters are missing")
_TOO_MANY = mark_plural("{count} character too many", "{count} characters too many")
_STRANGE = mark("A product key has no {symbol}: it may be another letter that looks like it")
_GOOD = mark("The key is well typed")
_OTHER_PRODUCT = mark("The key is well typed, but it is for another product than {product}")


class KeyHelp(NamedTuple):
    """What to say of what is typed so far.

    Attributes:
        state: `empty`, `typing` (not all there yet), `wrong`, `other_product`, or `good`.
        sentence: the help.
        formatted: the symbols so far in groups, as they may be shown in the field.
        mistyped: the one wrong symbol and the corrected key, where only one can be wrong. Offer it, never
            apply it unasked.
    """

    state: Literal["empty", "typing", "wrong", "other_product", "good"]
    sentence: str
    formatted: str
    mistyped: MistypedKey | None = None

    @property
    def can_be_sent(self) -> bool:
        """Whether it makes sense to activate with it."""
        return self.state == "good"

    def __repr__(self) -> str:
        return f"<KeyHelp {self.state}>"  # what is typed is a secret


def key_help(text: str, descriptor: Descriptor, language: str) -> KeyHelp:
    """Return what to say of the key that is typed as ``text`` so far. Fast enough for every keystroke."""
    say = translator(language)
    symbols = normalize(text)
    formatted = "-".join(symbols[at : at + GROUP] for at in range(0, len(symbols), GROUP))
    if not symbols:
        return KeyHelp("empty", say.gettext(_TYPE_IT), "")
    missing = KEY_LENGTH - len(symbols)
    strange = next((symbol for symbol in symbols if symbol not in ALPHABET), None)
    if strange is not None and missing:  # of a whole key, the check symbols tell what it should be
        return KeyHelp("wrong", say.gettext(_STRANGE).format(symbol=strange), formatted)
    if missing > 0:
        return KeyHelp("typing", say.ngettext(*_MORE, missing).format(count=missing), formatted)
    if missing < 0:
        return KeyHelp("wrong", say.ngettext(*_TOO_MANY, -missing).format(count=-missing), formatted)
    return _whole_key(text, formatted, descriptor, language)


def _whole_key(text: str, formatted: str, descriptor: Descriptor, language: str) -> KeyHelp:
    say = translator(language).gettext
    try:
        found = check_key(text, descriptor)
    except KeyMalformed as refusal:
        detail = str(reason_document(refusal.code, refusal.members, language=language)["detail"])
        return KeyHelp("wrong", detail, formatted, mistyped_key(text, refusal.members))
    if not found.for_this_product:
        sentence = say(_OTHER_PRODUCT).format(product=descriptor.name)
        return KeyHelp("other_product", sentence, formatted)
    return KeyHelp("good", say(_GOOD), formatted)
