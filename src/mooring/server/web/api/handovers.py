"""Handing a license over, over HTTP: ``/v1/me/handovers``."""

from typing import Final

from mooring.core.identifiers import LicenseId, is_identifier
from mooring.core.refusals import InvalidRequest, SignInRequired
from mooring.server.identity.domain.email_address import EmailMalformed, parse_email_address
from mooring.server.licensing.domain.new_holders.addressee import Addressee
from mooring.server.licensing.domain.new_holders.handover import HANDOVER, HandoverId
from mooring.server.licensing.use_cases.handovers.messages import Wish
from mooring.server.web.api.activations import NOTHING, account_of, caller_of
from mooring.server.web.api.handover_messages import HandoverAnswer, HandoversAnswer, OfferMessage
from mooring.server.web.api.holder_messages import MyLicenseAnswer
from mooring.server.web.api.paging import PAGING, page_wish
from mooring.server.web.api.refused import ANY, BODY, LICENSE, PROOF
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.dispatcher import Route
from mooring.server.web.http.preferences import preferred_language
from mooring.server.web.http.requests import Answer, Request
from mooring.server.web.new_holder_services import NewHolderServices
from mooring.server.web.services import Services
from mooring.server.wording.languages import LANGUAGES

PATH: Final = "/v1/me/handovers"
ASKED: Final = (*ANY, *BODY, *PROOF)
TERMS: Final = (*LICENSE, "link_not_allowed", "move_not_allowed")


class HandoverRoutes:
    """The handlers of ``/v1/me/handovers``."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def routes(self) -> tuple[Route, ...]:
        """Return the routes for people who signed in."""
        return (*self._offering(), *self._answering())

    def _offering(self) -> tuple[Route, ...]:
        return (
            Route(
                method="GET",
                path=PATH,
                handler=self.list_mine,
                summary="The open offers that the account made, and those to the address that it proved",
                proof=True,
                account="required",
                query=PAGING,
                answers={200: HandoversAnswer},
                refusals=ASKED,
            ),
            Route(
                method="POST",
                path=PATH,
                handler=self.offer,
                summary="Offer a license to somebody, within ten minutes of signing in; they have seven days",
                proof=True,
                account="required",
                message=OfferMessage,
                answers={201: HandoverAnswer, 200: HandoverAnswer},
                refusals=(
                    *ASKED,
                    *TERMS,
                    "not_found",
                    "holder_provisional",
                    "handover_pending",
                    "idempotency_conflict",
                ),
            ),
            Route(
                method="DELETE",
                path=f"{PATH}/{{id}}",
                handler=self.undo,
                summary="Take an offer back that nobody accepted",
                proof=True,
                account="required",
                answers={204: None},
                refusals=(*ASKED, "not_found"),
            ),
        )

    def _answering(self) -> tuple[Route, ...]:
        return (
            Route(
                method="POST",
                path=f"{PATH}/{{id}}/accept",
                handler=self.accept,
                summary="Accept a license that was offered to the address that the account proved",
                proof=True,
                account="required",
                answers={200: MyLicenseAnswer},
                refusals=(*ASKED, *TERMS, "not_found", "idempotency_conflict"),
            ),
            Route(
                method="POST",
                path=f"{PATH}/{{id}}/decline",
                handler=self.decline,
                summary="Turn down a license that was offered to the address that the account proved",
                proof=True,
                account="required",
                answers={204: None},
                refusals=(*ASKED, "not_found", "idempotency_conflict"),
            ),
        )

    async def list_mine(self, request: Request, _message: None) -> Answer:
        """Answer ``GET /v1/me/handovers``."""
        wish = page_wish(request, HANDOVER)
        found = await self._new_holders.list_handovers(account_of(request), wish, at=request.at)
        return json_answer(200, found)

    async def offer(self, request: Request, message: OfferMessage) -> Answer:
        """Answer ``POST /v1/me/handovers``."""
        account, to = account_of(request), addressee_of(message.to)
        token = request.all_of(b"authorization")[0].decode("latin-1").partition(" ")[2].strip()
        await self._new_holders.check_fresh(token, caller_of(request), at=request.at)
        language = preferred_language(request.all_of(b"accept-language"), tuple(LANGUAGES))
        wish = Wish(LicenseId(message.license_id), to, language)
        offered = await self._new_holders.offer(wish, account, at=request.at)
        return json_answer(201 if offered.created else 200, offered.handover)

    async def undo(self, request: Request, _message: None) -> Answer:
        """Answer ``DELETE /v1/me/handovers/{id}``."""
        await self._new_holders.undo(_handover_id(request), account_of(request), at=request.at)
        return NOTHING

    async def accept(self, request: Request, _message: None) -> Answer:
        """Answer ``POST /v1/me/handovers/{id}/accept``."""
        accepted = await self._new_holders.accept.by_id(
            _handover_id(request), account_of(request), at=request.at
        )
        return json_answer(200, accepted)

    async def decline(self, request: Request, _message: None) -> Answer:
        """Answer ``POST /v1/me/handovers/{id}/decline``."""
        await self._new_holders.decline.by_id(_handover_id(request), account_of(request), at=request.at)
        return NOTHING

    @property
    def _new_holders(self) -> NewHolderServices:
        if self._services.holders is None:
            raise SignInRequired  # this server knows no accounts
        return self._services.holders.new_holders


def addressee_of(typed: str) -> Addressee:
    """Return whom ``typed`` names, as licensing knows people.

    Raises:
        InvalidRequest: It is no e-mail address.
    """
    try:
        email = parse_email_address(typed)
    except EmailMalformed:
        raise InvalidRequest("to", status=422) from None
    return Addressee(email.text, email.key, email.masked)


def _handover_id(request: Request) -> HandoverId:
    text = request.params["id"]
    if not is_identifier(text, HANDOVER):
        raise InvalidRequest("id")
    return HandoverId(text)
