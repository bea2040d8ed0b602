"""The page on privacy: what is always needed, what a person decides, and what nobody asks for."""

from typing import Any, Final

from mooring.core.refusals import InvalidRequest
from mooring.core.wording.catalogue import mark
from mooring.server.privacy.domain.consents import Choices, Consent, Door, Wish
from mooring.server.privacy.domain.texts import TEXTS
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.visiting.door import PageRoute
from mooring.server.web.pages.visiting.visit import Visit
from mooring.server.web.privacy_services import PrivacyServices

ADDRESS: Final = "/account/privacy"
SHARE_NOTHING: Final = f"{ADDRESS}/share-nothing"
DONE: Final = {
    "agreed": mark("You agreed. It counts from now on, and you can withdraw it here at any time."),
    "withdrawn": mark("Your consent is withdrawn. What was kept by it alone is gone."),
    "nothing": mark("You share nothing that is optional."),
}
"""What the page says after something was done; the address names which, and nothing else is believed."""
CHANGED: Final = mark(
    "What is asked here has changed meanwhile. Nothing was done: read it once more, please."
)
DOORS: Final = {Door.SITE: mark("on this site"), Door.PROGRAM: mark("in a program")}


class PrivacyPages:
    """Shows what a person can choose, and takes their choice."""

    def __init__(self, services: PrivacyServices) -> None:
        self._services = services

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page and its forms."""
        return (
            PageRoute("GET", ADDRESS, self.show, signed_in=True),
            PageRoute("POST", ADDRESS, self.choose, signed_in=True),
            PageRoute("POST", SHARE_NOTHING, self.share_nothing, signed_in=True),
        )

    async def show(self, visit: Visit) -> Answer:
        """Show the page."""
        choices = await self._services.list_choices(visit.account.id)
        did = visit.query.get("done", "")
        return _page(visit, choices, done=visit.say(DONE[did]) if did in DONE else "")

    async def choose(self, visit: Visit) -> Answer:
        """Agree to one thing or withdraw it: at once, both ways, since one is as easy as the other."""
        name, agree = visit.form.get("choice", ""), visit.form.get("agree") == "yes"
        shown = visit.form.get("text_version", "")
        wish = Wish(
            choices={name: agree},
            text_versions={name: int(shown)}
            if shown.isascii() and shown.isdecimal() and len(shown) < 7
            else {},
            language=visit.language,
            door=Door.SITE,
        )
        try:
            await self._services.choose(wish, visit.account.id, at=visit.at)
        except InvalidRequest as refusal:
            visit.request.refused_with = refusal.code
            choices = await self._services.list_choices(visit.account.id)
            return _page(visit, choices, status=422, wrong=visit.say(CHANGED))
        return visit.go_to(f"{ADDRESS}?done={'agreed' if agree else 'withdrawn'}")

    async def share_nothing(self, visit: Visit) -> Answer:
        """Withdraw everything in one act."""
        await self._services.share_nothing(
            visit.account.id, language=visit.language, door=Door.SITE, at=visit.at
        )
        return visit.go_to(f"{ADDRESS}?done=nothing")


def _page(visit: Visit, choices: Choices, *, status: int = 200, done: str = "", wrong: str = "") -> Answer:
    return visit.page(
        "account/privacy.html",
        status=status,
        offered=[
            {
                "choice": choice,
                "title": visit.say(TEXTS[choice.name].title),
                "text": visit.say(TEXTS[choice.name].text),
                "door": "" if choice.consent is None else visit.say(DOORS[choice.consent.agreed_by]),
            }
            for choice in choices.offered
        ],
        shares=any(choice.consent is not None for choice in choices.offered),
        not_asked=[visit.say(TEXTS[name].title) for name in choices.not_asked],
        history=[_told(consent, visit) for consent in choices.history],
        done=done,
        wrong=wrong,
    )


def _told(consent: Consent, visit: Visit) -> dict[str, Any]:
    withdrawn_by = consent.withdrawn_by
    return {
        "title": visit.say(TEXTS[consent.choice].title),
        "consent": consent,
        "agreed_where": visit.say(DOORS[consent.agreed_by]),
        "withdrawn_where": "" if withdrawn_by is None else visit.say(DOORS[withdrawn_by]),
    }
