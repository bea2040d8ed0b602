"""The page that says what linking brings, what it needs, and who else gets something."""

from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.visiting.visit import Visit


async def explain_linking(visit: Visit) -> Answer:
    """Show it to anybody."""
    return visit.page("linking/linking.html")
