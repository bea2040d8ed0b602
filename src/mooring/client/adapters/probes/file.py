"""A computer read from a file: raw component values that somebody wrote down (``--hardware FILE``)."""

from __future__ import annotations

from json import loads

_LIMIT = 65_536


class FileProbe:
    """Reads a JSON object of raw component values instead of this computer's own."""

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self) -> dict[str, str | list[str]]:
        """Return the values of the file; a member that is null is absent.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is not such an object; the message says what is wrong.
        """
        with open(self._path, "rb") as file:
            content = file.read(_LIMIT + 1)
        return parse_components(content)


def parse_components(content: bytes) -> dict[str, str | list[str]]:
    """Read a JSON object whose members are texts or lists of texts.

    Raises:
        ValueError: it is none; the message says what is wrong.
    """
    if len(content) > _LIMIT:
        raise ValueError(f"the hardware file is larger than {_LIMIT} bytes")
    try:
        document = loads(content)
    except (ValueError, RecursionError):
        raise ValueError("the hardware file is not JSON") from None
    if not isinstance(document, dict):
        raise ValueError("the hardware file is not a JSON object")  # noqa: TRY004 - a fault of the file
    components: dict[str, str | list[str]] = {}
    for name, value in document.items():
        if value is None:
            continue
        if not isinstance(value, str) and not _is_list_of_text(value):
            raise ValueError(f"in the hardware file, {name} is neither a text nor a list of texts")
        components[name] = value
    return components


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
