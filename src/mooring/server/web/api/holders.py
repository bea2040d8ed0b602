"""What people who signed in ask for over HTTP: linking, and what is theirs under ``/v1/me``."""

from mooring.core.identifiers import DeviceId, parse_device_id
from mooring.core.privacy import DEVICE_NAME
from mooring.core.product_key import parse_product_key
from mooring.core.refusals import InvalidRequest, KeyUnknown, SignInRequired
from mooring.server.licensing.use_cases.devices.messages import CandidatesRequest, ReactivationRequest
from mooring.server.licensing.use_cases.holders.messages import Linked
from mooring.server.web.api.activations import NOTHING, account_of, activation_id_of, caller_of, facts_of
from mooring.server.web.api.holder_messages import (
    CandidatesMessage,
    ClaimMessage,
    DeviceNameMessage,
    LinkMessage,
    ReactivationMessage,
)
from mooring.server.web.api.paging import page_wish
from mooring.server.web.holder_services import HolderServices
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.limits import ANY_PRODUCT, Limits
from mooring.server.web.http.requests import Answer, Request, client_address
from mooring.server.web.services import Services

"""The name under which unknown keys are counted where nobody says for which product they are."""


class HolderRoutes:
    """The handlers of ``/v1/activations/{id}/link`` and ``/v1/me``."""

    def __init__(self, services: Services, limits: Limits) -> None:
        self._services = services
        self._limits = limits

    async def link(self, request: Request, message: LinkMessage | None) -> Answer:
        """Answer ``PUT /v1/activations/{id}/link``."""
        if message is not None and message.accepts is not None:
            message.accepts.check()
        typed = None if message is None else message.product_key
        key = None if typed is None else parse_product_key(typed)
        account = account_of(request)
        try:
            linked = await self._holders.link(
                activation_id_of(request), caller_of(request), account, key, at=request.at
            )
        except KeyUnknown:
            await self._count_unknown_key(request)
            raise
        return _link_answer(linked)

    async def unlink(self, request: Request, _message: None) -> Answer:
        """Answer ``DELETE /v1/activations/{id}/link``."""
        activation_id, jkt = activation_id_of(request), caller_of(request)
        return _link_answer(await self._holders.unlink(activation_id, jkt, request.account, at=request.at))

    async def me(self, request: Request, _message: None) -> Answer:
        """Answer ``GET /v1/me``."""
        return json_answer(200, account_of(request)._asdict())

    async def my_devices(self, request: Request, _message: None) -> Answer:
        """Answer ``GET /v1/me/devices``."""
        wish = page_wish(request, "dev")
        return json_answer(200, await self._holders.list_devices(account_of(request), wish, at=request.at))

    async def my_licenses(self, request: Request, _message: None) -> Answer:
        """Answer ``GET /v1/me/licenses``."""
        wish = page_wish(request, "lic")
        return json_answer(200, await self._holders.list_licenses(account_of(request), wish, at=request.at))

    async def my_events(self, request: Request, _message: None) -> Answer:
        """Answer ``GET /v1/me/events``."""
        wish = page_wish(request, "evt")
        return json_answer(200, await self._holders.list_events(account_of(request), wish))

    async def rename_device(self, request: Request, message: DeviceNameMessage) -> Answer:
        """Answer ``PATCH /v1/me/devices/{id}``."""
        device_id, account = _device_id(request), account_of(request)
        if message.consent not in {None, DEVICE_NAME}:
            raise InvalidRequest("consent")
        by_hand = message.consent is None
        rename = self._holders.rename_device if by_hand else self._holders.privacy.name_device
        return json_answer(200, await rename(device_id, message.name, account, at=request.at))

    async def free_device(self, request: Request, _message: None) -> Answer:
        """Answer ``DELETE /v1/me/devices/{id}``."""
        await self._holders.free_device(_device_id(request), account_of(request), at=request.at)
        return NOTHING

    async def free_all_devices(self, request: Request, _message: None) -> Answer:
        """Answer ``POST /v1/me/devices/free-all``."""
        freed = await self._holders.free_all_devices(account_of(request), at=request.at)
        return json_answer(200, {"freed": freed})

    async def claim(self, request: Request, message: ClaimMessage) -> Answer:
        """Answer ``POST /v1/me/claims``."""
        key = parse_product_key(message.product_key)
        try:
            claimed = await self._holders.claim(key, account_of(request), at=request.at)
        except KeyUnknown:
            await self._count_unknown_key(request)
            raise
        return json_answer(200, claimed)

    async def candidates(self, request: Request, message: CandidatesMessage) -> Answer:
        """Answer ``POST /v1/me/reactivations/candidates``."""
        wish = CandidatesRequest(
            account=account_of(request),
            product=message.product,
            edition=message.edition,
            hardware=message.hardware.profile(),
            jkt=caller_of(request),
        )
        found = await self._holders.find_candidates(wish, at=request.at)
        return json_answer(200, {"candidates": found})

    async def reactivate(self, request: Request, message: ReactivationMessage) -> Answer:
        """Answer ``POST /v1/me/reactivations``."""
        if message.accepts is not None:
            message.accepts.check()
        wish = ReactivationRequest(
            account=account_of(request),
            device_id=parse_device_id(message.device_id),
            product=message.product,
            edition=message.edition,
            hardware=message.hardware.profile(),
            device=facts_of(message.device),
            jkt=caller_of(request),
        )
        activated = await self._holders.reactivate(wish, at=request.at)
        document = {
            "activation": activated.activation,
            "certificate": activated.certificate,
            "dropped": activated.dropped,
        }
        return json_answer(201 if activated.created else 200, document)

    @property
    def _holders(self) -> HolderServices:
        if self._services.holders is None:
            raise SignInRequired  # this server knows no accounts
        return self._services.holders

    async def _count_unknown_key(self, request: Request) -> None:
        address = client_address(request.scope, self._services.settings.trusted_proxies)
        await self._limits.count_unknown_key(address, ANY_PRODUCT, at=request.at)


def _device_id(request: Request) -> DeviceId:
    try:
        return parse_device_id(request.params["id"])
    except ValueError:
        raise InvalidRequest("id") from None


def _link_answer(linked: Linked) -> Answer:
    return json_answer(200, {"activation": linked.activation, "certificate": linked.certificate})
