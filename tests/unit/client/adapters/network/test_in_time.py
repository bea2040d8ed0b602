"""Work has until its deadline: what it says after that is not heard."""

import threading
import time

import pytest

from mooring.client.adapters.network.in_time import in_time
from mooring.client.domain.deadline import Deadline
from mooring.client.domain.errors import ServerUnreachable


def soon(seconds=0.01):
    return Deadline.in_seconds(seconds, time.monotonic)


class Hanging:
    """Work that hangs until it is abandoned, and has ended when `abandon` returns."""

    def __init__(self, end):
        self._end = end
        self._began, self._abandoned = threading.Event(), threading.Event()
        self._thread = None

    def __call__(self):
        self._thread = threading.current_thread()
        self._began.set()
        self._abandoned.wait()
        return self._end()

    def abandon(self):
        self._abandoned.set()
        self.thread.join()

    @property
    def thread(self):
        self._began.wait()
        return self._thread


def cut():
    raise ServerUnreachable("the connection ended before its answer was whole")


@pytest.mark.parametrize("end", [cut, lambda: "an answer"])
def test_work_that_was_abandoned_did_not_end_in_time_however_it_ended(end):
    work = Hanging(end)
    with pytest.raises(ServerUnreachable) as caught:
        in_time(work, soon(), abandon=work.abandon)
    assert caught.value.cause == "it did not answer in time"
    assert not work.thread.is_alive()


def test_what_is_done_in_time_is_returned_and_never_abandoned():
    abandoned = []
    assert in_time(lambda: "an answer", soon(60), abandon=lambda: abandoned.append(1)) == "an answer"
    assert abandoned == []


def test_what_fails_in_time_fails_as_it_did():
    with pytest.raises(ServerUnreachable) as caught:
        in_time(cut, soon(60))
    assert caught.value.cause == "the connection ended before its answer was whole"


def test_work_that_cannot_be_abandoned_is_left_behind():
    work = Hanging(lambda: None)
    with pytest.raises(ServerUnreachable) as caught:
        in_time(work, soon())
    assert caught.value.cause == "it did not answer in time"
    assert work.thread.is_alive()
    work.abandon()
