"""The page where a person types the code that a device shows, sees what asks, and decides."""

from typing import Final
from urllib.parse import urlencode

from mooring.core.refusals import InvalidRequest
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.authorization.user_code import UserCodeUnknown
from mooring.server.identity.use_cases.device_codes.decide_user_code import DecideUserCode
from mooring.server.identity.use_cases.device_codes.show_user_code import ShowUserCode
from mooring.server.web.http.requests import Answer
from mooring.server.web.identity_services import ProductName
from mooring.server.web.pages.visiting.door import PageRoute, sign_in_address, sign_up_address
from mooring.server.web.pages.visiting.visit import Visit

ADDRESS: Final = "/device"
UNKNOWN: Final = mark(
    "No device shows this code now. Codes are good for ten minutes and only once: check it, "
    "or let the program show a new one."
)


class DevicePages:
    """Shows which device waits for a code, and carries the person's decision out."""

    def __init__(
        self, show_user_code: ShowUserCode, decide_user_code: DecideUserCode, product_name: ProductName
    ) -> None:
        self._show_user_code = show_user_code
        self._decide_user_code = decide_user_code
        self._product_name = product_name

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page and its form."""
        return (
            PageRoute("GET", ADDRESS, self.ask),
            PageRoute("POST", ADDRESS, self.decide, signed_in=True),
        )

    async def ask(self, visit: Visit) -> Answer:
        """Show the field for the code, or with a code the device that waits."""
        typed = visit.query.get("user_code", "")
        if visit.session is None:
            address = sign_up_address if visit.query.get("prompt") == "create" else sign_in_address
            return visit.go_to(address(f"{ADDRESS}?{urlencode({'user_code': typed})}" if typed else ADDRESS))
        if not typed.strip():
            return _field(visit)
        try:
            waiting = await self._show_user_code(
                typed, account_id=visit.account.id, address=visit.address, at=visit.at
            )
        except UserCodeUnknown:
            return _field(visit, typed, visit.say(UNKNOWN))
        product = waiting.asking.product
        return visit.page(
            "device/decide.html",
            user_code=waiting.user_code,
            asking=waiting.asking,
            product_name=None if product is None else await self._product_name(product),
            asked_at=waiting.asked_at,
            same_place=waiting.from_here,
        )

    async def decide(self, visit: Visit) -> Answer:
        """Let the device in, or not."""
        decision = visit.form.get("decision")
        if decision not in {"approve", "deny"}:
            raise InvalidRequest(member="decision")
        approve = decision == "approve"
        typed = visit.form.get("user_code", "")
        try:
            asking = await self._decide_user_code(
                typed, session=visit.own_session, address=visit.address, approve=approve, at=visit.at
            )
        except UserCodeUnknown:
            return _field(visit, typed, visit.say(UNKNOWN))
        return visit.page("device/decided.html", approved=approve, asking=asking)


def _field(visit: Visit, typed: str = "", wrong: str = "") -> Answer:
    return visit.page("device/enter.html", status=422 if wrong else 200, typed=typed[:32], wrong=wrong)
