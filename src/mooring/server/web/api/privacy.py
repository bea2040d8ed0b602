"""What an account agreed to, over HTTP: ``/v1/me/privacy``."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from mooring.core.refusals import SignInRequired
from mooring.server.privacy.domain.consents import Choices, Consent, Door, OfferedChoice, Wish
from mooring.server.privacy.domain.texts import TEXTS
from mooring.server.web.api.activations import account_of
from mooring.server.web.api.messages import END
from mooring.server.web.api.refused import ANY, BODY, PROOF
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.dispatcher import Route
from mooring.server.web.http.preferences import preferred_language
from mooring.server.web.http.requests import Answer, Request
from mooring.server.web.privacy_services import PrivacyServices
from mooring.server.web.services import Services
from mooring.server.wording.languages import LANGUAGES, site_translator

PATH: Final = "/v1/me/privacy"
ASKED: Final = (*ANY, *BODY, *PROOF)

ChoiceName = Annotated[str, Meta(pattern=f"^[a-z_]{{1,32}}{END}", examples=["device_name"])]
TextVersion = Annotated[int, Meta(ge=1, le=1_000_000)]


class ChoicesMessage(msgspec.Struct, kw_only=True):
    """A person agrees (true) or withdraws (false); agreeing names the version of the text they were shown."""

    choices: Annotated[dict[ChoiceName, bool], Meta(max_length=32, examples=[{"device_name": True}])]
    text_versions: Annotated[
        dict[ChoiceName, TextVersion], Meta(max_length=32, examples=[{"device_name": 1}])
    ] = msgspec.field(default_factory=dict)


class ChoiceView(msgspec.Struct, kw_only=True):
    """A choice; ``asked`` is false where it is not asked for any more, and can only be withdrawn."""

    name: str
    kind: str
    agreed: bool
    agreed_at: datetime | None
    text: str
    text_version: int
    asked: bool


class ConsentView(msgspec.Struct, kw_only=True):
    """A consent, as it is kept: ``by`` and ``withdrawn_by`` are ``site`` or ``program``."""

    id: str
    name: str
    agreed_at: datetime
    withdrawn_at: datetime | None
    text_version: int
    language: str
    by: str
    withdrawn_by: str | None


class PrivacyAnswer(msgspec.Struct, kw_only=True):
    """What is asked, what is not and so is not collected, and the latest consents, the newest first."""

    choices: list[ChoiceView]
    not_asked: list[str]
    history: list[ConsentView]


class PrivacyRoutes:
    """The handlers of ``/v1/me/privacy``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> tuple[Route, ...]:
        """Return the routes for people who signed in."""
        return (
            Route(
                method="GET",
                path=PATH,
                handler=self.my_privacy,
                summary="What the account is asked to share, and what it agreed to",
                proof=True,
                account="required",
                answers={200: PrivacyAnswer},
                refusals=ASKED,
            ),
            Route(
                method="PUT",
                path=PATH,
                handler=self.choose_privacy,
                summary="Agree to share something, or withdraw that: both count at once",
                proof=True,
                account="required",
                message=ChoicesMessage,
                answers={200: PrivacyAnswer},
                refusals=ASKED,
            ),
        )

    async def my_privacy(self, request: Request, _message: None) -> Answer:
        """Answer ``GET /v1/me/privacy``."""
        return _answer(await self._privacy.list_choices(account_of(request).id), _language(request))

    async def choose_privacy(self, request: Request, message: ChoicesMessage) -> Answer:
        """Answer ``PUT /v1/me/privacy``."""
        wish = Wish(
            choices=message.choices,
            text_versions=message.text_versions,
            language=_language(request),
            door=Door.PROGRAM,
        )
        chosen = await self._privacy.choose(wish, account_of(request).id, at=request.at)
        return _answer(chosen, wish.language)

    @property
    def _privacy(self) -> PrivacyServices:
        if self._services.holders is None:
            raise SignInRequired  # this server knows no accounts
        return self._services.holders.privacy


def _language(request: Request) -> str:
    return preferred_language(request.all_of(b"accept-language"), tuple(LANGUAGES))


def _answer(choices: Choices, language: str) -> Answer:
    shown = PrivacyAnswer(
        choices=[_choice(each, language) for each in choices.offered],
        not_asked=list(choices.not_asked),
        history=[_consent(each) for each in choices.history],
    )
    headers = ((b"content-language", language.encode()), (b"vary", b"accept-language"))
    return json_answer(200, shown).adding(headers)


def _choice(choice: OfferedChoice, language: str) -> ChoiceView:
    return ChoiceView(
        name=choice.name,
        kind=choice.kind,
        agreed=choice.agreed,
        agreed_at=choice.consent.agreed_at if choice.consent is not None and choice.agreed else None,
        text=site_translator(language).gettext(TEXTS[choice.name].text),
        text_version=choice.text_version,
        asked=choice.asked,
    )


def _consent(consent: Consent) -> ConsentView:
    return ConsentView(
        id=consent.id,
        name=consent.choice,
        agreed_at=consent.agreed_at,
        withdrawn_at=consent.withdrawn_at,
        text_version=consent.text_version,
        language=consent.language,
        by=consent.agreed_by.value,
        withdrawn_by=None if consent.withdrawn_by is None else consent.withdrawn_by.value,
    )
