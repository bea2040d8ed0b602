"""The pages to add and remove the accounts elsewhere that a person signs in with."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from mooring.core.refusals import NotFound
from mooring.core.wording.catalogue import mark
from mooring.server.identity.domain.ways_in import LastWayIn
from mooring.server.identity.use_cases.federation.list_identities import ShownIdentity
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.security.sections import Section, back
from mooring.server.web.pages.sign_in.elsewhere import ElsewherePages
from mooring.server.web.pages.visiting.door import SECURITY, PageRoute
from mooring.server.web.pages.visiting.visit import Visit

NAME: Final = "identities"
ADD: Final = f"{SECURITY}/identities/add"
REMOVE: Final = f"{SECURITY}/identities/remove"
DONE: Final = {
    "identity-added": mark("From now on you can sign in with that account, too."),
    "identity-removed": mark("That account opens this one no more."),
}
LAST: Final = mark("This is the only way into your account. Add another way to sign in before you remove it.")


class IdentityPages:
    """Looks after the accounts elsewhere."""

    def __init__(self, elsewhere: ElsewherePages) -> None:
        self._services = elsewhere.services
        self._elsewhere = elsewhere

    def section(self) -> Section:
        """Return the section of the page on security."""
        return Section(NAME, "security/identities/section.html", self._values, DONE)

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the pages and their forms."""
        return (
            PageRoute("GET", ADD, self.ask_add, signed_in=True, fresh=True),
            PageRoute("POST", ADD, self.add, signed_in=True, fresh=True),
            PageRoute("GET", REMOVE, self.ask_remove, signed_in=True, fresh=True),
            PageRoute("POST", REMOVE, self.remove, signed_in=True, fresh=True),
        )

    async def ask_add(self, visit: Visit) -> Answer:
        """Say what adding an account elsewhere means."""
        name, label = self._provider(visit.query.get("provider", ""))
        return visit.page(
            "security/confirm.html",
            title=visit.say("Add your account at {provider}?", provider=label),
            text=visit.say(
                "You sign in there once. From then on it opens this account, beside the ways that you have."
            ),
            action=ADD,
            hidden={"provider": name},
            yes=visit.say("Go on to {provider}", provider=label),
            careful=False,
            wrong="",
        )

    async def add(self, visit: Visit) -> Answer:
        """Send the browser to the provider; it comes back with the account there added."""
        name, _ = self._provider(visit.form.get("provider", ""))
        onward = f"{SECURITY}?done=identity-added"
        return await self._elsewhere.leave(visit, name, onward, links=True, again=False)

    async def ask_remove(self, visit: Visit) -> Answer:
        """Ask whether an account elsewhere shall open this one no more."""
        return await self._remove_form(visit, visit.query.get("id", ""))

    async def remove(self, visit: Visit) -> Answer:
        """Remove it, unless nobody could sign in any more."""
        identity_id = visit.form.get("id", "")
        if visit.session is None:
            raise NotFound
        try:
            await self._services.unlink(identity_id, visit.session, at=visit.at)
        except LastWayIn:
            return await self._remove_form(visit, identity_id, wrong=visit.say(LAST), status=409)
        return back(visit, "identity-removed", NAME)

    async def _remove_form(
        self, visit: Visit, identity_id: str, *, wrong: str = "", status: int = 200
    ) -> Answer:
        own = await self._services.list_identities(visit.account.id)
        shown = next((each for each in own if each.identity.id == identity_id), None)
        if shown is None:
            raise NotFound
        return visit.page(
            "security/confirm.html",
            status=status,
            title=visit.say("Remove your account at {provider}?", provider=shown.label),
            text=visit.say(
                "It opens this account no more, and browsers that were signed in with it are signed out. "
                "Nothing changes at {provider}.",
                provider=shown.label,
            ),
            action=REMOVE,
            hidden={"id": identity_id},
            yes=visit.say("Remove it"),
            careful=True,
            wrong=wrong,
        )

    async def _values(self, visit: Visit) -> Mapping[str, object]:
        own = await self._services.list_identities(visit.account.id)
        if not own and not self._services.labels:
            return {}
        return {"identities": own, "offers": [_offer(*each) for each in self._offered(own)]}

    def _offered(self, own: Sequence[ShownIdentity]) -> list[tuple[str, str]]:
        """Return the providers at which the person has added no account so far."""
        known = {each.identity.provider for each in own}
        return [(name, label) for name, label in self._services.labels.items() if name not in known]

    def _provider(self, name: str) -> tuple[str, str]:
        label = self._services.labels.get(name)
        if label is None:
            raise NotFound
        return name, label


def _offer(name: str, label: str) -> Mapping[str, str]:
    return {"name": name, "label": label, "page": f"{ADD}?provider={quote(name)}"}
