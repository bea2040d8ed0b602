from mooring.client.domain.reports.connection import ConnectionReport, ServerFinding, Step


def test_the_document_tells_every_step_to_every_server():
    name, answer = Step("name", True, "found"), Step("answer", False, "it said 500")
    report = ConnectionReport(
        (ServerFinding("https://a.example", (name, answer)), ServerFinding("https://b.example", (name,)))
    )
    found = {"name": "name", "passed": True, "detail": "found"}
    assert report.to_document() == {
        "reachable": True,
        "servers": [
            {
                "server": "https://a.example",
                "reachable": False,
                "steps": [found, {"name": "answer", "passed": False, "detail": "it said 500"}],
            },
            {"server": "https://b.example", "reachable": True, "steps": [found]},
        ],
    }
