"""What the server writes about itself: one line a request, and never a key, a token, a proof or a body."""

import asyncio
import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TextIO

import msgspec
import structlog

from mooring.server.foundation.settings import LogFormat, LogLevel

_SECRETS: Final = re.compile(
    r"""
    \beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*                # certificates, statements, proofs
    | \b(?:[B-DF-HJKMNP-RTV-Y2-46-9]{5}[-\s]?){4}[B-DF-HJKMNP-RTV-Y2-46-9]{5}\b   # product keys
    | (?i:(?<=dpop\ )|(?<=bearer\ ))[\w.~+/=-]{16,}  # tokens
    | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)                # a database's user and password
    """,
    re.VERBOSE | re.IGNORECASE,
)


_request_lines: list["_OncePerTurn"] = []
"""Where requests are written as documents: filled when the server is told how it shall log."""


def configure_logging(level: LogLevel, log_format: LogFormat) -> None:
    """Write structured lines to standard error: text on a terminal, else one JSON document a line."""
    as_text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    threshold = logging.getLevelNamesMapping()[level.upper()]
    lines = _OncePerTurn(sys.stderr)
    _request_lines.clear()
    if not as_text and threshold <= logging.INFO:
        _request_lines.append(lines)
    structlog.reset_defaults()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_renderers(as_text),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(lines),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )
    _take_over_the_standard_library(threshold)


def logger() -> Any:  # noqa: ANN401 - structlog decides its class when it is configured
    """Return the server's logger, as it is configured now."""
    return structlog.get_logger().bind()


def request_logger() -> Callable[..., None]:
    """Return what writes the line of one request from its members: as the logger would, but quicker.

    They are ours, none of them a stranger's words: so nothing in them must be hidden.
    """
    if not _request_lines:
        return partial(logger().info, "request")
    [lines] = _request_lines

    def write(**members: object) -> None:
        document = {**members, "event": "request", "level": "info", "timestamp": datetime.now(UTC)}
        lines.write(f"{_to_json(document)}\n")
        lines.flush()

    return write


def hide_secrets(text: str) -> str:
    """Return ``text`` with everything that looks like a secret blotted out.

    The last line of defense, for messages that are not ours: an exception may quote what it choked on.
    """
    return _SECRETS.sub("[hidden]", text)


class _OncePerTurn:
    """A file whose lines, written during one turn of the event loop, leave in one write at its end.

    A write costs as much as all the rest of a line, and a busy server writes many lines a turn. Outside a
    loop each line leaves at once.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lines: list[str] = []
        self._scheduled = False

    def write(self, line: str) -> None:
        self._lines.append(line)

    def flush(self) -> None:
        if self._scheduled:
            return
        try:
            asyncio.get_running_loop().call_soon(self._leave)
        except RuntimeError:  # no loop runs in this thread
            self._leave()
        else:
            self._scheduled = True

    def _leave(self) -> None:
        self._scheduled = False
        lines, self._lines = self._lines, []
        self._file.write("".join(lines))
        self._file.flush()


def _renderers(as_text: bool) -> list[Any]:
    if as_text:
        # Not structlog's rich tracebacks: they show the values of variables, secrets among them.
        last: Any = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    else:
        last = structlog.processors.JSONRenderer(serializer=_to_json)
    return [structlog.processors.format_exc_info, _hide_in_event, last]


def _to_json(event: object, **_: object) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def _hide_in_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name in ("exception", "said"):
        if name in event:
            event[name] = hide_secrets(str(event[name]))
    return event


class _IntoStructlog(logging.Handler):
    """Passes on what libraries write with the standard library's logging."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            structlog.get_logger().log(
                record.levelno,
                "library",
                logger=record.name,
                said=record.getMessage(),
                exc_info=record.exc_info,
            )
        except Exception:  # noqa: BLE001 - a broken log line must not break what it tells of
            self.handleError(record)


def _take_over_the_standard_library(threshold: int) -> None:
    root = logging.getLogger()
    root.handlers = [_IntoStructlog()]
    root.setLevel(max(threshold, logging.INFO))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = name != "uvicorn.access"
    # What uvicorn tells of its own start and end is told by us in plainer words.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # else it tells of each request that it makes
