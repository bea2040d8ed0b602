"""What a page says where there were too many tries, or too many people are at it just now."""

from typing import Final

from mooring.core.refusals import RateLimited, ServiceUnavailable
from mooring.core.wording.catalogue import mark
from mooring.server.web.http.limits import retry_headers
from mooring.server.web.pages.visiting.visit import Visit

IN_A_MINUTE: Final = mark("There were too many tries. Please try again in a minute.")
IN_MINUTES: Final = mark("There were too many tries. Please try again in {minutes} minutes.")
IN_A_MOMENT: Final = mark("Many people are signing in just now. Please try again in a moment.")


def try_later(visit: Visit, refusal: RateLimited | ServiceUnavailable) -> str:
    """Return the sentence for a refusal that passes, and note it in the answer."""
    visit.request.refused_with = refusal.code
    visit.headers.extend(retry_headers(refusal))
    if not isinstance(refusal, RateLimited):
        return visit.say(IN_A_MOMENT)
    minutes = -(-(refusal.retry_after or 60) // 60)
    return visit.say(IN_A_MINUTE) if minutes == 1 else visit.say(IN_MINUTES, minutes=minutes)
