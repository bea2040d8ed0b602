"""What is said to who comes by a link from a mail that leads to nothing, or not to what is theirs."""

from mooring.server.web.http.requests import Answer
from mooring.server.web.pages.visiting.visit import Visit


def show_offer_over(visit: Visit) -> Answer:
    """Say that there is no such offer any more."""
    return visit.page("handover/over.html", status=410, kind="offer")


def show_claim_over(visit: Visit) -> Answer:
    """Say that the link is worth nothing, and where to ask for another."""
    return visit.page("handover/over.html", status=410, kind="claim")


def show_for_another(visit: Visit) -> Answer:
    """Say that it is meant for another account, whose address it went to."""
    return visit.page("handover/another.html", status=403)
