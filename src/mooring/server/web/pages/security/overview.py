"""The page on security and sign-in: everything at a glance, each thing changed on a page of its own."""

from collections.abc import Sequence

from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.security.sections import Section
from mooring.server.web.pages.visiting.door import SECURITY, PageRoute
from mooring.server.web.pages.visiting.visit import Visit


class SecurityPage:
    """Shows the sections, one below the other."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections

    def routes(self) -> tuple[PageRoute, ...]:
        """Return the page."""
        return (PageRoute("GET", SECURITY, self.show, signed_in=True),)

    async def show(self, visit: Visit) -> Answer:
        """Show the page."""
        shown = []
        done, did = "", visit.query.get("done", "")
        for section in self._sections:
            values = await section.values(visit)
            if values:
                shown.append({"name": section.name, "template": section.template, "own": values})
            if did in section.done:
                done = visit.say(section.done[did])
        return visit.page("security/overview.html", sections=shown, done=done)
