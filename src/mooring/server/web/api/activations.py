"""Activating, renewing and deactivating over HTTP."""

from mooring.core.identifiers import ActivationId, parse_activation_id, parse_license_id
from mooring.core.product_key import parse_product_key
from mooring.core.refusals import InvalidRequest, KeyUnknown, SignInRequired
from mooring.server.licensing.domain.holder import AccountRef
from mooring.server.licensing.use_cases.activations.messages import (
    ActivationRequest,
    DeviceFacts,
    Environment,
)
from mooring.server.web.api.messages import ActivationMessage, DeviceMessage, RenewalMessage
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.limits import Limits
from mooring.server.web.http.requests import Answer, Request, client_address
from mooring.server.web.services import Services
from mooring.server.web.watch.metrics import Metrics

NOTHING = Answer(204, b"", ())


class ActivationRoutes:
    """The handlers of ``/v1/activations``."""

    def __init__(self, services: Services, limits: Limits, metrics: Metrics) -> None:
        self._services = services
        self._limits = limits
        self._metrics = metrics

    async def activate(self, request: Request, message: ActivationMessage) -> Answer:
        """Answer ``POST /v1/activations``."""
        wish = _wish(message, caller_of(request), request.account)
        try:
            activated = await self._services.activate(wish, at=request.at)
        except KeyUnknown:
            address = client_address(request.scope, self._services.settings.trusted_proxies)
            await self._limits.count_unknown_key(address, message.product, at=request.at)
            raise
        if activated.created:
            self._metrics.activated()
        return json_answer(
            201 if activated.created else 200,
            {
                "activation": activated.activation,
                "certificate": activated.certificate,
                "dropped": activated.dropped,
            },
        )

    async def renew(self, request: Request, message: RenewalMessage) -> Answer:
        """Answer ``POST /v1/activations/{id}/renewals``."""
        if message.accepts is not None:
            message.accepts.check()
        renewed = await self._services.renew(
            activation_id_of(request),
            caller_of(request),
            message.sequence,
            message.hardware.profile(),
            message.app_version,
            at=request.at,
        )
        self._metrics.renewed()
        return json_answer(
            200,
            {
                "activation": renewed.activation,
                "certificate": renewed.certificate,
                "dropped": renewed.dropped,
            },
        )

    async def deactivate(self, request: Request, _message: None) -> Answer:
        """Answer ``DELETE /v1/activations/{id}``."""
        jkt = caller_of(request)
        await self._services.deactivate(activation_id_of(request), jkt, request.account, at=request.at)
        return NOTHING


def _wish(message: ActivationMessage, jkt: str, account: AccountRef | None) -> ActivationRequest:
    if message.accepts is not None:
        message.accepts.check()
    chosen = [name for name in ("product_key", "license_id", "trial") if getattr(message, name)]
    if len(chosen) > 1:
        raise InvalidRequest(member=chosen[1])
    return ActivationRequest(
        product=message.product,
        edition=message.edition,
        product_key=None if message.product_key is None else parse_product_key(message.product_key),
        license_id=None if message.license_id is None else parse_license_id(message.license_id),
        trial=message.trial,
        hardware=message.hardware.profile(),
        device=facts_of(message.device),
        environment=_environment(message.environment),
        replaces=None if message.replaces is None else parse_activation_id(message.replaces),
        jkt=jkt,
        account=account,
    )


def facts_of(said: DeviceMessage) -> DeviceFacts:
    """Return what the computer says about itself as the domain's value."""
    return DeviceFacts(
        platform=said.platform,
        os_version=said.os_version,
        app_version=said.app_version,
        name=said.name,
        admin=said.admin,
    )


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError:
        return Environment.COMPUTER  # unknown enum values are tolerated, both ways


def account_of(request: Request) -> AccountRef:
    """Return whose account the request is about.

    Raises:
        SignInRequired: Nobody is signed in.
    """
    if request.account is None:
        raise SignInRequired
    return request.account


def caller_of(request: Request) -> str:
    """Return the thumbprint of the key that signed the request."""
    if request.proof is None:
        raise RuntimeError("this route must be declared with proof=True")
    return request.proof.jkt


def activation_id_of(request: Request) -> ActivationId:
    """Return the activation that the request's path names.

    Raises:
        InvalidRequest: it names none that could exist.
    """
    try:
        return parse_activation_id(request.params["id"])
    except ValueError:
        raise InvalidRequest("id") from None
