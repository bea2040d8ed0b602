"""The whole story of the demo holds on PostgreSQL with several workers, too."""

from functools import partial

import pytest

from mooring.server.cli.demo import story
from mooring.server.cli.demo.stage import Stage
from tests.support.postgresql import a_postgresql, cluster


def test_the_story_holds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    with a_postgresql() as url:
        settings = {"MOORING_DATABASE_URL": url.render_as_string(hide_password=False)}
        monkeypatch.setattr(story, "Stage", partial(Stage, workers=2, **settings))
        told = story.tell(port=0, keep_serving=False), capsys.readouterr().out
        assert told[0] == 0, told[1]
        (held,) = cluster().sql("SELECT count(*) FROM activations", database=url.database)[0]
    assert "Every step held" in told[1]
    assert held > 0
