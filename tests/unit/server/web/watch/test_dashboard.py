"""The dashboard for Grafana asks only for what the server counts."""

import json
import re
from pathlib import Path

from mooring.server.web.watch.metrics import Metrics

DASHBOARD = Path(__file__).parents[5] / "docs" / "guide" / "grafana-dashboard.json"


def test_every_question_of_the_dashboard_is_about_something_that_is_counted():
    metrics = Metrics()
    metrics.answered(
        route="/v1/activations", method="POST", status=409, seconds=0.01, code="seat_limit_reached"
    )
    metrics.activated()
    metrics.renewed()
    counted = set(re.findall(rb"^(mooring_\w+)", metrics.page(), re.MULTILINE))
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    questions = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    assert len(questions) >= 10
    asked = {name.encode() for question in questions for name in re.findall(r"mooring_\w+", question)}
    assert asked <= counted
