"""The errors a program meets: one tree, each with a sentence for the person and the next step.

MooringError
├── Refused               somebody said no, and said why: `.code`, `.detail`, `.next`
│   └── NotActivated      what was asked for needs an activation, and there is none
├── ServerUnreachable     no sensible answer came: nothing has changed, try again later
├── InvalidCertificate    the server's certificate is not for this installation: nothing was stored
├── FeatureNotLicensed    the program asked for a feature that is not licensed here
└── SettingsUnavailable   there is no window, and no terminal, to show Settings in
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Voice(NamedTuple):
    """How to speak to the person: in which language, and which addresses a next step may offer."""

    language: str = "en"
    urls: Mapping[str, str] | None = None


ENGLISH = Voice()

LONGEST_SENTENCE = 1000
"""What a server says beyond this is not for people."""


class MooringError(Exception):
    """Anything that Mooring cannot do. Its text is a sentence for the person."""

    voice: Voice = ENGLISH

    def to_document(self) -> dict[str, object]:
        """Return the error as `--json` prints it: ``code``, ``title``, ``detail``, ``next``."""
        raise NotImplementedError


class Refused(MooringError):
    """A request was refused, for a reason of the catalogue.

    Args:
        code: the stable name of the reason.
        members: the reason's own members, such as ``seats``.
        fallback: the server's own ``title``, ``detail`` and ``next``, shown where this version does not
            know ``code``.
    """

    def __init__(
        self,
        code: str,
        members: Mapping[str, object] | None = None,
        *,
        fallback: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.members = dict(members or {})
        self._fallback = fallback

    @property
    def title(self) -> str:
        """What happened, in a few words."""
        return str(self.to_document()["title"])

    @property
    def detail(self) -> str:
        """What happened, as a sentence for the person."""
        return str(self.to_document()["detail"])

    @property
    def next(self) -> Mapping[str, str]:
        """The one next step: ``action`` (a stable name), ``label`` (for people) and perhaps ``url``."""
        step = self.to_document()["next"]
        return step if isinstance(step, dict) else {}

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before asking again, where the server named them."""
        seconds = self.members.get("retry_after")
        return seconds if isinstance(seconds, int) else None

    def to_document(self) -> dict[str, object]:
        """Return ``code``, ``title``, ``detail``, ``next`` and the reason's own members."""
        from mooring.core.wording.reasons import REASONS, reason_document  # noqa: PLC0415 - spoken rarely

        document = reason_document(
            self.code, self.members, language=self.voice.language, urls=self.voice.urls
        )
        return document if self.code in REASONS else document | _showable(self._fallback or {})

    def __str__(self) -> str:
        label = self.next.get("label")
        return f"{self.detail} {label}." if label else self.detail


def _showable(words: Mapping[str, object]) -> dict[str, object]:
    """Return what of a server's own words can be shown: nothing says that it sends them whole, or plain."""
    from mooring.core.descriptor import may_be_opened  # noqa: PLC0415 - for a server of the future

    said = {name: words[name] for name in ("title", "detail") if _is_plain(words.get(name))}
    step = words.get("next")
    if isinstance(step, dict) and all(_is_plain(step.get(name)) for name in ("action", "label")):
        said["next"] = {
            name: text
            for name, text in step.items()
            if _is_plain(text) and (name != "url" or may_be_opened(text))
        }
    return said


def _is_plain(text: object) -> bool:
    """Tell whether ``text`` is a sentence: short, and without escape sequences for the terminal."""
    return isinstance(text, str) and len(text) <= LONGEST_SENTENCE and text.isprintable()


class NotActivated(Refused):
    """What was asked for needs an activation, and this installation has none."""

    def __init__(self) -> None:
        super().__init__("no_digital_license")


class ServerUnreachable(MooringError):
    """No server gave a sensible answer in time. Nothing has changed here.

    Args:
        cause: why, in plain words ("the answer was not JSON").
        retry_after: seconds that the server asked to wait, where it did.
    """

    code = "service_unavailable"

    def __init__(self, cause: str, *, retry_after: int | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.retry_after = retry_after

    def to_document(self) -> dict[str, object]:
        """Return the reason `service_unavailable`, with the ``cause``."""
        from mooring.core.wording.reasons import reason_document  # noqa: PLC0415 - spoken rarely

        members = {"cause": self.cause}
        document = reason_document(self.code, members, language=self.voice.language, urls=self.voice.urls)
        return document | {"detail": str(self)}

    def __str__(self) -> str:
        from mooring.core.wording.troubles import unreachable_sentence  # noqa: PLC0415 - spoken rarely

        return unreachable_sentence(self.cause, language=self.voice.language)


class InvalidCertificate(MooringError):
    """The server sent a certificate that is not a good one for this installation. Nothing was stored.

    Args:
        why: which check failed ("signature", "key", ...).
    """

    code = "certificate_invalid"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def to_document(self) -> dict[str, object]:
        """Return the reason `certificate_invalid`, with ``why``."""
        from mooring.core.wording.reasons import reason_document  # noqa: PLC0415 - spoken rarely

        members = {"why": self.why}
        document = reason_document(self.code, members, language=self.voice.language, urls=self.voice.urls)
        return document | {"detail": str(self)}

    def __str__(self) -> str:
        from mooring.core.wording.troubles import invalid_certificate_sentence  # noqa: PLC0415 - spoken rarely

        return invalid_certificate_sentence(self.why, language=self.voice.language)


class FeatureNotLicensed(MooringError):
    """The program asked for a feature that is not licensed here.

    Args:
        entitlement: the feature's name in the program.
        name: the feature's name for people.
        sentence: how the product is activated now.
    """

    code = "feature_not_licensed"

    def __init__(self, entitlement: str, *, name: str, sentence: str) -> None:
        super().__init__(entitlement)
        self.entitlement = entitlement
        self.name = name
        self.sentence = sentence

    def to_document(self) -> dict[str, object]:
        """Return ``code``, ``title``, ``detail``, ``next`` and the ``entitlement``."""
        from mooring.core.wording.troubles import trouble_document  # noqa: PLC0415 - spoken rarely

        document = trouble_document(
            self.code, language=self.voice.language, name=self.name, sentence=self.sentence
        )
        return document | {"entitlement": self.entitlement}

    def __str__(self) -> str:
        return str(self.to_document()["detail"])


class SettingsUnavailable(MooringError):
    """There is no window, and no terminal, to show Settings in.

    Args:
        why: ``not_installed``: the program came without `mooring[desktop]`; ``library_missing``: the window
            stands on a library that the system does not have; ``nowhere``: there is neither a screen nor a
            terminal.
        library: the library that is missing, as the system names it.
    """

    def __init__(
        self, why: Literal["not_installed", "library_missing", "nowhere"], library: str = ""
    ) -> None:
        super().__init__(why)
        self.why = why
        self.library = library

    @property
    def code(self) -> str:
        """The stable name of what is the matter."""
        return f"settings_{self.why}"

    def to_document(self) -> dict[str, object]:
        """Return ``code``, ``title``, ``detail`` and ``next``."""
        from mooring.core.wording.troubles import trouble_document  # noqa: PLC0415 - spoken rarely

        return trouble_document(self.code, language=self.voice.language, library=self.library)

    def __str__(self) -> str:
        return str(self.to_document()["detail"])
