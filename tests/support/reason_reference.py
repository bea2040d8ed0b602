"""The table of reasons in the API's reference: `python -m tests.support.reason_reference` makes it anew."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from mooring.core.wording.reasons import REASONS
from mooring.server.web.api.routes import api_routes
from mooring.server.web.openapi import openapi_document

FILE = Path(__file__).parents[2] / "docs" / "reference" / "http-api.md"

BEGINS = "<!-- reasons: made by python -m tests.support.reason_reference -->\n"
ENDS = "<!-- end of reasons -->\n"
NO_STATUS = "\N{EN DASH}"
"""For what happens on a device only."""


def table() -> str:
    """Return the catalogue of reasons as a table."""
    heading = ("code", "status", "happened", "`next.action`", "next step")
    rows = [
        (
            f"`{each.code}`",
            str(each.status or NO_STATUS),
            each.title,
            f"`{each.next_action}`",
            each.next_label,
        )
        for each in REASONS.values()
    ]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (heading, ("---",) * len(heading), *rows))


def with_table(page: str) -> str:
    """Return the page with the table between its two marks."""
    before, _, rest = page.partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return f"{before}{BEGINS}{table()}{ENDS}{after}"


def addresses() -> list[str]:
    """Return the templates of every address that a server answers, as its OpenAPI document lists them."""
    nothing = cast("Any", SimpleNamespace())
    document = openapi_document(api_routes(nothing, nothing, nothing), server="http://127.0.0.1:8000")
    return list(json.loads(document)["paths"])


if __name__ == "__main__":
    FILE.write_text(with_table(FILE.read_text("utf-8")), "utf-8")
    print(f"Wrote {FILE}")
