"""What many ask at the same time is found once: threads of their own, waiting for each other and never for a clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from components.answers import Answers, Tell
from cx.words import Problem, Refused

PATIENCE = 5.0
FOUR = 4


class Stop(BaseException):
    """As Streamlit ends a script."""


class Room:
    """Four users who ask the same. ``found`` counts how often it was looked for; all have heard of it when ``find``
    goes on, so that nobody comes too late to wait."""

    def __init__(self, ends: Callable[[], object] = lambda: object()) -> None:
        self.answers, self.ends = Answers(), ends
        self.found, self.leavers = 0, set[str]()
        self.leader = ""
        self.heard = threading.Semaphore(0)

    def find(self, told: Tell) -> object:
        self.found += 1
        self.leader = threading.current_thread().name
        told("half")
        for _ in range(FOUR - 1 if self.found == 1 else 0):
            assert self.heard.acquire(timeout=PATIENCE), "somebody waits and is told nothing"
        told("nearly")
        return self.ends()

    def tell(self, news: str) -> None:
        me = threading.current_thread().name
        if news == "half" and me != self.leader:
            self.heard.release()
            self.leave("waiting")
        if news == "nearly" and me == self.leader:
            self.leave("looking")

    def leave(self, who: str) -> None:
        """One goes, and only one."""
        try:
            self.leavers.remove(who)
        except KeyError:
            return
        raise Stop

    def asked(self) -> list[Future[object]]:
        with ThreadPoolExecutor(FOUR) as pool:
            return [pool.submit(self.answers.get, 1, "portrait", self.find, self.tell) for _ in range(FOUR)]


def test_four_who_ask_the_same_wait_for_one_answer_and_hear_how_far_it_is() -> None:
    room = Room()
    given = {id(one.result()) for one in room.asked()}
    assert room.found == 1 and len(given) == 1
    assert id(room.answers.get(1, "portrait", room.find)) in given, "and it is kept"


def test_an_error_reaches_everybody_who_waits_and_is_not_kept() -> None:
    def refuse() -> object:
        raise Refused(Problem("drivers_no_difference"))

    room = Room(refuse)
    assert all(isinstance(one.exception(), Refused) for one in room.asked()) and room.found == 1
    room.ends = lambda: "better"
    assert room.answers.get(1, "portrait", room.find) == "better"


@pytest.mark.parametrize(("who", "times"), [("waiting", 1), ("looking", 2)])
def test_one_who_stops_takes_the_answer_from_nobody(who: str, times: int) -> None:
    """Who waits just goes. Where it is the one who looks, the next begins anew and the others wait for that one."""
    room = Room(lambda: "answer")
    room.leavers = {who}
    ends = [one.exception() or one.result() for one in room.asked()]
    assert sum(isinstance(end, Stop) for end in ends) == 1 and ends.count("answer") == FOUR - 1
    assert room.found == times


def test_one_who_is_ended_without_a_word_is_followed_too() -> None:
    room = Room()
    ends = iter((Stop(), "answer"))

    def end() -> object:
        now = next(ends)
        if isinstance(now, Stop):
            raise now
        return now

    room.ends = end
    assert sorted(str(one.exception() or one.result()) for one in room.asked()) == ["", "answer", "answer", "answer"]


def test_nobody_waits_for_another_question_or_for_older_data_and_that_is_not_kept() -> None:
    answers, begun, go_on = Answers(), threading.Event(), threading.Event()

    def slow(_told: Tell) -> str:
        begun.set()
        assert go_on.wait(PATIENCE)
        return "old"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answers.get, 1, "portrait", slow)
        assert begun.wait(PATIENCE)
        assert answers.get(1, "drivers", lambda _told: "other") == "other"
        assert answers.get(2, "portrait", lambda _told: "new") == "new"
        go_on.set()
        assert first.result() == "old"
    assert answers.get(2, "portrait", lambda _told: "never asked") == "new"
    assert answers.get(1, "portrait", lambda _told: "again") == "again"
