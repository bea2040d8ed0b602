"""What stops an operator's command."""

from mooring.server.licensing.domain.obstacles import NotThere, PublisherMissing, ValueRefused


def test_an_obstacle_begins_with_its_sentence_its_step_and_nothing_more():
    obstacle = ValueRefused("That is no name.", "Give another.")
    assert str(obstacle) == "That is no name."
    assert (obstacle.detail, obstacle.next_step) == ("That is no name.", "Give another.")
    assert obstacle.lines == []
    assert obstacle.members == {}


def test_a_server_that_was_never_founded_says_how_to_found_it():
    obstacle = PublisherMissing()
    assert isinstance(obstacle, NotThere)
    assert obstacle.detail == "This server has no publisher yet."
    assert obstacle.next_step == "Run: mooring init NAME"
