import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mooring.client.adapters.system.making import MadeOnce, making


class Ship:
    def __init__(self):
        self.made = 0
        self.begun, self.go_on = threading.Event(), threading.Event()

    @MadeOnce
    def anchor(self):
        """What holds the ship."""
        self.made += 1
        return object()

    @MadeOnce
    def mast(self):
        self.begun.set()
        self.go_on.wait(10)
        return self.anchor


def test_a_part_is_made_once_however_many_threads_ask():
    ship = Ship()
    with ThreadPoolExecutor(8) as threads:
        anchors = set(threads.map(lambda _: ship.anchor, range(64)))
    assert anchors == {ship.anchor}
    assert ship.made == 1
    assert Ship().anchor is not ship.anchor


def test_making_one_part_may_make_another():
    ship = Ship()
    ship.go_on.set()
    assert ship.mast is ship.anchor


def test_a_part_that_could_not_be_made_is_made_anew():
    class Wreck:
        tries = 0

        @MadeOnce
        def keel(self):
            self.tries += 1
            if self.tries == 1:
                raise OSError
            return "keel"

    wreck = Wreck()
    with pytest.raises(OSError):  # noqa: PT011 - the one above
        _ = wreck.keel
    assert wreck.keel == "keel"


def test_the_class_tells_of_its_part():
    assert Ship.anchor.__doc__ == "What holds the ship."


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_waits_until_a_part_is_whole():
    ship = Ship()
    maker = threading.Thread(target=lambda: ship.mast)
    maker.start()
    assert ship.begun.wait(10)
    threading.Timer(0.05, ship.go_on.set).start()
    child = os.fork()
    if not child:
        fetched = []
        other = threading.Thread(target=lambda: fetched.append(ship.mast))
        other.start()
        other.join(10)
        os._exit(0 if fetched == [ship.__dict__.get("anchor")] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    maker.join()
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(making.acquire, timeout=5).result()
        threads.submit(making.release).result()
