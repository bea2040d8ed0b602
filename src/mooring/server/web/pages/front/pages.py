"""The front page, the page of each reason, and the files that pages refer to."""

from mooring.core.refusals import NotFound
from mooring.core.wording.catalogue import translator
from mooring.core.wording.next_steps import NEXT_STEPS
from mooring.core.wording.reasons import REASONS
from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.design.rendering import ASSETS
from mooring.server.web.pages.visiting.visit import Visit

_FILES = {asset.file_name: asset for asset in ASSETS}


async def show_front(visit: Visit) -> Answer:
    """Show what this server is, and the ways in."""
    return visit.page("front/front.html")


async def show_reason(visit: Visit) -> Answer:
    """Show what a reason means and what to do about it, in the reader's language."""
    reason = REASONS.get(visit.request.params["code"])
    if reason is None:
        raise NotFound
    say = translator(visit.language)
    visit.headers.extend(((b"content-language", visit.language.encode()), (b"vary", b"accept-language")))
    return visit.page(
        "front/reason.html",
        title=say.gettext(reason.title),
        detail=say.gettext(reason.detail),
        next_step=say.gettext(NEXT_STEPS[reason.next_action].label),
        code=reason.code,
    )


async def show_nothing(_visit: Visit) -> Answer:
    """Say that there is no such page.

    Raises:
        NotFound: always; the door shows the way on, as for any page that is gone.
    """
    raise NotFound


async def send_file(visit: Visit) -> Answer:
    """Send a style, script or picture; its name changes with its content, so it is kept for good."""
    asset = _FILES.get(visit.request.params["name"])
    if asset is None:
        raise NotFound
    headers = (
        (b"content-type", asset.media_type.encode()),
        (b"cache-control", b"public, max-age=31536000, immutable"),
    )
    return Answer(200, asset.body, headers)
