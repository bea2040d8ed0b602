"""What PCs tell their owner's account of Windows' own activation, over HTTP: ``/v1/me/windows``."""

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from mooring.core.identifiers import is_identifier
from mooring.core.refusals import InvalidRequest, SignInRequired
from mooring.server.licensing.domain.windows_pcs import WindowsPc
from mooring.server.licensing.use_cases.windows.report_windows import Telling
from mooring.server.web.api.activations import NOTHING, account_of, caller_of
from mooring.server.web.api.messages import END
from mooring.server.web.api.refused import ANY, BODY, PROOF
from mooring.server.web.holder_services import WindowsServices
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.dispatcher import Route
from mooring.server.web.http.requests import Answer, Request
from mooring.server.web.services import Services
from mooring.windows.domain.report import told_by

PATH: Final = "/v1/me/windows"
ASKED: Final = (*ANY, *BODY, *PROOF)
_THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")


Word = Annotated[str, Meta(pattern=f"^[a-z0-9_]{{1,32}}{END}")]
Family = Annotated[str, Meta(pattern=f"^[A-Za-z0-9_]{{1,32}}{END}", examples=["Professional"])]
LastFive = Annotated[str, Meta(pattern=f"^[0-9A-Z]{{5}}{END}", examples=["3V66T"])]
Version = Annotated[
    str, Meta(pattern=rf"^[0-9]{{1,10}}(\.[0-9]{{1,10}}){{0,3}}{END}", examples=["10.0.22631"])
]
Build = Annotated[int, Meta(ge=0, le=10_000_000)]
Code = Annotated[str, Meta(pattern=f"^0x[0-9A-F]{{8}}{END}", examples=["0xC004F213"])]


class WindowsMessage(msgspec.Struct, kw_only=True):
    """A PC tells how its Windows is activated; ``agreed`` is the version of a consent given just now."""

    state: Word
    channel: Word
    edition: Family | None = None
    last_five: LastFive | None = None
    version: Version | None = None
    build: Build | None = None
    problem: Code | None = None
    agreed: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None


class WindowsConsentView(msgspec.Struct, kw_only=True):
    """What the owner agreed to, and when."""

    version: int
    given_at: datetime


class WindowsAnswer(msgspec.Struct, kw_only=True):
    """A PC and its Windows; ``device`` is a device of the account, else the thumbprint of what told."""

    device: str
    name: str
    state: str
    channel: str
    edition: str | None
    last_five: str | None
    version: str | None
    build: int | None
    problem: str | None
    told_at: datetime
    consent: WindowsConsentView


class MyWindowsAnswer(msgspec.Struct, kw_only=True):
    """The account's PCs, by name, all in one page."""

    items: list[WindowsAnswer]
    next_cursor: None = None


class WindowsRoutes:
    """The handlers of ``/v1/me/windows``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> tuple[Route, ...]:
        """Return the routes for people who signed in."""
        return (
            Route(
                method="GET",
                path=PATH,
                handler=self.my_windows,
                summary="What the account's PCs told of Windows' own activation",
                proof=True,
                account="required",
                answers={200: MyWindowsAnswer},
                refusals=ASKED,
            ),
            Route(
                method="PUT",
                path=f"{PATH}/{{device}}",
                handler=self.tell_windows,
                summary="Tell how Windows is activated on a device of the account, or this one, with consent",
                proof=True,
                account="required",
                message=WindowsMessage,
                answers={200: WindowsAnswer},
                refusals=(*ASKED, "not_found", "consent_required", "pc_limit_reached"),
            ),
            Route(
                method="DELETE",
                path=f"{PATH}/{{device}}",
                handler=self.forget_windows,
                summary="Withdraw the consent for a PC: what it told is deleted",
                proof=True,
                account="required",
                answers={204: None},
                refusals=(*ASKED, "not_found"),
            ),
        )

    async def my_windows(self, request: Request, _message: None) -> Answer:
        """Answer ``GET /v1/me/windows``."""
        found = await self._windows.list_mine(account_of(request))
        return json_answer(200, MyWindowsAnswer(items=[_answer(pc) for pc in found]))

    async def tell_windows(self, request: Request, message: WindowsMessage) -> Answer:
        """Answer ``PUT /v1/me/windows/{device}``."""
        told = told_by(msgspec.to_builtins(message))
        telling = Telling(_computer(request), caller_of(request), told, message.agreed)
        pc = await self._windows.report(telling, account_of(request), at=request.at)
        return json_answer(200, _answer(pc))

    async def forget_windows(self, request: Request, _message: None) -> Answer:
        """Answer ``DELETE /v1/me/windows/{device}``."""
        await self._windows.forget(_computer(request), account_of(request), at=request.at)
        return NOTHING

    @property
    def _windows(self) -> WindowsServices:
        if self._services.holders is None:
            raise SignInRequired  # this server knows no accounts
        return self._services.holders.windows


def _computer(request: Request) -> str:
    text = request.params["device"]
    if not is_identifier(text, "dev") and not _THUMBPRINT.fullmatch(text):
        raise InvalidRequest("device")
    return text


def _answer(pc: WindowsPc) -> WindowsAnswer:
    """Return what is answered of ``pc``."""
    return WindowsAnswer(
        device=pc.computer,
        name=pc.name,
        state=pc.report.state,
        channel=pc.report.channel,
        edition=pc.report.edition,
        last_five=pc.report.last_five,
        version=pc.report.version,
        build=pc.report.build,
        problem=pc.report.problem,
        told_at=pc.told_at,
        consent=WindowsConsentView(version=pc.consent.version, given_at=pc.consent.given_at),
    )
