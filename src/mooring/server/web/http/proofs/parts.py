"""Reading the JSON parts of proofs with the decoder in C that the server has, as strictly as without."""

from typing import Any

import msgspec

from mooring.core.jose.encoding import MAX_DEPTH, strict_json

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def read_part(data: bytes) -> dict[str, Any]:
    """Return the JSON object that ``data`` holds; exactly as :func:`~mooring.core.jose.encoding.strict_json`.

    What comes out byte for byte as it came in holds no member twice, nor anything else that has two
    spellings: nearly every proof. The others are read the slow way, which also says what is wrong.

    Raises:
        MalformedJose: ``json`` or ``duplicate_member``.
    """
    try:
        value: dict[str, Any] = _decode(data)
        is_plain = isinstance(value, dict) and _encode(value) == data
    except (ValueError, RecursionError):
        return strict_json(data)
    if not is_plain or data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        return strict_json(data)
    return value
