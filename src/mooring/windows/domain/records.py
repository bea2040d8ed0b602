"""What Windows answers about its license, read leniently: any field may be missing or damaged."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from mooring.windows.domain.unreadable import WindowsUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_BYTES = 4_000_000
"""An answer is a few thousand bytes; one beyond this is none."""

MARK = "##mooring-windows-answers##"
"""What PowerShell is asked to print before the document: whatever else is printed, the document is known."""

_MOST_TRIES = 20
_32_BITS = 0xFFFF_FFFF
_HIGHEST_SIGNED = 0x7FFF_FFFF
_NO_SUBSCRIPTION = 120
_ANY_MEMBER = re.compile(r'\{\s*"(?:products|service|system|failures)"\s*:')
_FIRST_YEAR = 1980  # Windows says 1601 where it means that there is no date
_JSON = json.JSONDecoder(strict=False)
_MILLISECONDS = re.compile(r"/Date\((-?\d{1,16})")
_CIM_DATE = re.compile(r"(\d{14})\.\d{6}([+-]\d{3})")
_HRESULT = re.compile(r"0x[0-9A-Fa-f]{8}")
_NUMBER_AT_THE_END = re.compile(r"-?\d{1,10}$")
_TYPED = re.compile(r"[0-9A-Fa-f]{8}")
_WITHIN = re.compile(r"(?<![0-9A-Za-z])0[xX]([0-9A-Fa-f]{8})(?![0-9A-Za-z])")
_SIGNED = re.compile(r"-?[0-9]{9,10}")
_LAST_FIVE = re.compile(r"[0-9A-Z]{5}")


class Product(NamedTuple):
    """One SoftwareLicensingProduct: an edition of Windows for which a product key is installed.

    Attributes:
        name: such as ``Windows(R), Professional edition``.
        description: such as ``Windows(R) Operating System, RETAIL channel``.
        key_channel: such as ``Retail`` or ``OEM:DM``; older Windows do not tell it.
        family: the edition's own name, such as ``Professional``.
        last_five: the end of its product key; never more is asked for.
        status: 0 to 6.
        reason: the code with which Windows explains the status; None where there is none.
        minutes_left: of what is named by the status: a grace period, or an activation that must be renewed.
        evaluation_ends_at: the end of an evaluation.
        is_addon: whether it only adds to an edition.
    """

    name: str
    description: str
    key_channel: str
    family: str
    last_five: str | None
    status: int | None
    reason: int | None
    minutes_left: int | None
    evaluation_ends_at: datetime | None
    is_addon: bool


class System(NamedTuple):
    """The Win32_OperatingSystem: which Windows this is; ``kind`` is 1 for a PC, 2 and 3 for servers."""

    caption: str
    version: str
    build: int | None
    kind: int | None
    sku: int | None
    language: str | None


class Records(NamedTuple):
    """Everything that Windows said.

    Attributes:
        products: the editions with a product key.
        system: which Windows this is.
        subscribed: whether a subscription of an organization is active on top of the edition.
        failures: the code of the fault for each question that Windows did not answer.
    """

    products: tuple[Product, ...]
    system: System
    subscribed: bool
    failures: Mapping[str, int | None]


def read_records(answer: bytes) -> Records:
    """Return what Windows answered; anything may stand around the document, or be missing in it.

    Raises:
        WindowsUnreadable: there is no document in it.
    """
    document = _document(answer)
    service = _mapping(_first(document.get("service")))
    failures = dict(_mapping(document.get("failures")))
    if not isinstance(document.get("products"), (list, dict)):
        failures.setdefault("products", "")  # nothing said is not the same as no product
    return Records(
        products=tuple(_product(each) for each in _several(document.get("products"))),
        system=_system(_mapping(_first(document.get("system")))),
        subscribed=_is_active(service),
        failures={name: _fault_in(told) for name, told in failures.items() if told is not None},
    )


def code_of(value: object) -> int | None:
    """Return a code as the 32 bits that it is, however it was written; None where it is none.

    >>> [f"{code_of(value):08X}" for value in (-1073418124, 3221549172, "0xC004F074")]
    ['C004F074', 'C004F074', 'C004F074']
    """
    number = _number(value)
    if number is None or not -_HIGHEST_SIGNED - 1 <= number <= _32_BITS:
        return None
    return number & _32_BITS


def typed_code(text: str) -> int | None:
    """Return the code that a person typed, or took from where it stands; None where there is none.

    With ``0x`` words may stand around it, as in the event log; without, it is alone: eight digits, or the
    decimal number that scripts show.

    >>> [f"{typed_code(text):08X}" for text in (" c004f074 ", "hr=0xC004F074)", "-1073418124")]
    ['C004F074', 'C004F074', 'C004F074']
    """
    alone = text.strip()
    if _TYPED.fullmatch(alone):
        return int(alone, 16)
    if found := _WITHIN.search(alone):
        return int(found[1], 16)
    return code_of(alone) if _SIGNED.fullmatch(alone) else None


def _fault_in(told: object) -> int | None:
    """Return the code in PowerShell's words: ``HRESULT 0x80041003,...``, or a number at its end."""
    words = str(told)[:2000]
    found = _HRESULT.search(words) or _NUMBER_AT_THE_END.search(words)
    return code_of(found[0]) if found else None


def _document(answer: bytes) -> dict[str, Any]:
    """Return the document: behind its mark, or where one of its members begins; the first that is whole."""
    if len(answer) > MOST_BYTES:
        raise WindowsUnreadable("no_answer")
    for text in _texts(answer):
        for begin in islice(_ANY_MEMBER.finditer(text), _MOST_TRIES):
            with suppress(ValueError, RecursionError):
                document: dict[str, Any] = _JSON.raw_decode(text, begin.start())[0]
                return document
    raise WindowsUnreadable("no_answer")


def _texts(answer: bytes) -> Iterator[str]:
    """Yield what stands behind each mark; without a mark the whole, as a recorded answer has none.

    The mark tells the encoding, too: what others print around it may have one of its own.
    """
    marked = False
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        for after in answer.split(MARK.encode(encoding))[1 : _MOST_TRIES + 1]:
            marked = True
            yield after.decode(encoding, errors="replace")
    if not marked:
        yield _text(answer)


def _text(answer: bytes) -> str:
    """Return the text: UTF-8 as it was asked for, else what PowerShell writes where it may not do that."""
    if answer[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return answer.decode("utf-16", errors="replace")
    if answer[1:2] == b"\0":
        return answer.decode("utf-16-le", errors="replace")
    # A console's code page is not known here. Only names have other letters, and nothing is decided by them.
    return answer.decode("utf-8-sig", errors="replace")


def _product(record: Mapping[str, Any]) -> Product:
    last_five = _words(record.get("PartialProductKey")).upper()
    reason, minutes = code_of(record.get("LicenseStatusReason")), _number(record.get("GracePeriodRemaining"))
    return Product(
        name=_words(record.get("Name")),
        description=_words(record.get("Description")),
        key_channel=_words(record.get("ProductKeyChannel")),
        family=_words(record.get("LicenseFamily")),
        last_five=last_five if _LAST_FIVE.fullmatch(last_five) else None,
        status=_number(record.get("LicenseStatus")),
        reason=reason or None,
        minutes_left=minutes if minutes is not None and 0 < minutes < _HIGHEST_SIGNED else None,
        evaluation_ends_at=_instant(record.get("EvaluationEndDate")),
        is_addon=str(record.get("LicenseIsAddon")).casefold() == "true",
    )


def _system(record: Mapping[str, Any]) -> System:
    version = _words(record.get("Version"))
    languages = record.get("MUILanguages")
    build = _number(record.get("BuildNumber"))
    return System(
        caption=" ".join(_words(record.get("Caption")).split()),
        version=version,
        build=_number(version.rpartition(".")[2]) if build is None else build,
        kind=_number(record.get("ProductType")),
        sku=_number(record.get("OperatingSystemSKU")),
        language=_words(_first(languages)) or None,
    )


def _is_active(service: Mapping[str, Any]) -> bool:
    """Tell whether a subscription is active: Windows writes its kind, or 120 where there is none."""
    kind, status = _number(service.get("SubscriptionType")), _number(service.get("SubscriptionStatus"))
    return kind not in {None, _NO_SUBSCRIPTION} and status == 1


def _several(value: object) -> list[Mapping[str, Any]]:
    """Return the records: PowerShell writes one alone without a list, and some lists as a value."""
    within = value.get("value", value) if isinstance(value, dict) else value
    records = within if isinstance(within, list) else [within]
    return [each for each in records if isinstance(each, dict)]


def _first(value: object) -> object:
    return (value[0] if value else None) if isinstance(value, list) else value


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(value: object) -> str:
    """Return a text in one line, without what a terminal would obey."""
    if not isinstance(value, str):
        return ""
    return "".join(each if each.isprintable() else " " for each in value[:500]).strip()


def _number(value: object) -> int | None:
    if isinstance(value, str):
        try:
            return int(value.strip()[:20], 0)
        except ValueError:
            return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _instant(value: object) -> datetime | None:
    """Return a date, as either PowerShell or CIM itself writes it; None where it means none."""
    text = _words(value.get("value") if isinstance(value, dict) else value)
    try:
        at = _written(text)
    except (ValueError, OverflowError):
        return None
    return at.replace(microsecond=0) if at and at.year >= _FIRST_YEAR else None


def _written(text: str) -> datetime | None:
    if found := _MILLISECONDS.match(text):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))
    if found := _CIM_DATE.match(text):
        return datetime.strptime(f"{found[1]}+0000", "%Y%m%d%H%M%S%z") - timedelta(minutes=int(found[2]))
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
