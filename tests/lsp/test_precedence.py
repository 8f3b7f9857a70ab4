"""Work stands still while an answer is being given, and never for long."""

import asyncio
import threading

from fakes import FakeClient, FakeEngine, FakeIndex, Held, Inline, item
from flames_lsp.convert import PathRules
from flames_lsp.session import Session
from flames_lsp.session.precedence import Precedence

LONG_S, WAIT_S = 60.0, 30


class Work:
    """Gives way once, on a thread of its own."""

    def __init__(self, precedence: Precedence) -> None:
        self.precedence = precedence
        self.went_on = threading.Event()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        self.precedence.give_way()
        self.went_on.set()

    @property
    def stands(self) -> bool:
        """Whether it waits, once it has either gone on or begun to."""
        while not self.went_on.is_set():
            with self.precedence._changed:
                if self.precedence._changed._waiters:
                    return True
        return False


def test_work_stands_still_until_the_last_answer_is_given():
    precedence = Precedence(patience_s=LONG_S)
    precedence.asked()
    precedence.asked()
    work = Work(precedence)
    precedence.answered()
    assert work.stands
    precedence.answered()
    assert work.went_on.wait(WAIT_S)


def test_nobody_waits_where_nothing_is_asked():
    precedence = Precedence(patience_s=LONG_S)
    precedence.asked()
    precedence.answered()
    assert Work(precedence).went_on.wait(WAIT_S)


def test_an_answer_gives_way_to_no_other():
    precedence = Precedence(patience_s=LONG_S)
    precedence.asked()
    precedence.first(precedence.give_way)  # comes back


def test_who_waits_too_long_goes_on_until_the_next_answer():
    precedence = Precedence(patience_s=0.0)
    precedence.asked()
    precedence.give_way()  # loses patience: the answer may wait for what this thread holds
    precedence._patience_s = LONG_S
    precedence.give_way()  # and does not stand still for that one again
    precedence.answered()
    precedence.asked()
    work = Work(precedence)
    assert work.stands
    precedence.answered()
    assert work.went_on.wait(WAIT_S)


async def test_checks_stand_still_from_the_request_to_the_answer():
    precedence, answers, engine = Precedence(patience_s=LONG_S), Held(), FakeEngine()
    engine.disk["/repo"] = FakeIndex({"a.py": b""})
    rules = PathRules(windows=False)
    session = Session(FakeClient(), engine, answers, Inline(), rules, precedence=precedence)
    session.change_folders(["file:///repo"], [])
    while not session.roots.settled.is_set():
        await asyncio.sleep(0)
    session.open(item("file:///repo/a.py", ""))
    answer = session.ask("hover", "file:///repo/a.py", lambda view, path: path)
    work = Work(precedence)
    assert work.stands
    answers.release()
    assert await answer == "a.py"
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert work.went_on.wait(WAIT_S)
