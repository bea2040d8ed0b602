"""Asking whether a key or a certificate is good, over HTTP."""

from mooring.core.product_key import parse_product_key
from mooring.core.refusals import InvalidRequest, KeyMalformed, KeyUnknown
from mooring.server.licensing.use_cases.activations.messages import ValidationRequest
from mooring.server.web.api.messages import ValidationMessage
from mooring.server.web.http.bodies import json_answer
from mooring.server.web.http.limits import Limits, limit_headers
from mooring.server.web.http.requests import Answer, Request, client_address
from mooring.server.web.services import Services


class ValidationRoutes:
    """The handler of ``/v1/validations``."""

    def __init__(self, services: Services, limits: Limits) -> None:
        self._services = services
        self._limits = limits

    async def validate(self, request: Request, message: ValidationMessage) -> Answer:
        """Answer ``POST /v1/validations``: always 200, unless the request itself is wrong."""
        if message.accepts is not None:
            message.accepts.check()
        if message.product_key is None and message.certificate is None:
            raise InvalidRequest(member="product_key")
        hardware = None if message.hardware is None else message.hardware.profile()
        try:
            key = None if message.product_key is None else parse_product_key(message.product_key)
        except KeyMalformed as malformed:
            return json_answer(200, {"valid": False, "code": malformed.code})
        validation = await self._services.validate(
            ValidationRequest(
                product=message.product,
                product_key=key,
                certificate=message.certificate,
                hardware=hardware,
                entitlements=tuple(message.entitlements or ()),
            ),
            at=request.at,
        )
        answer = json_answer(200, {"valid": validation.valid, "code": validation.code})
        if validation.code == KeyUnknown.code:
            address = client_address(request.scope, self._services.settings.trusted_proxies)
            level = await self._limits.count_unknown_key(address, message.product, at=request.at)
            answer = answer._replace(headers=(*answer.headers, *limit_headers(level)))
        return answer
