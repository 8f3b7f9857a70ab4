"""Builds as the session sees them: wishes, progress, who waits, and the status line."""

import asyncio

import pytest
from fakes import FakeClient, FakeEngine, FakeIndex, Inline, item
from flames_indexer.errors import Cancelled, FlamesError
from flames_lsp.convert import PathRules
from flames_lsp.features.status import RootState, Status, status
from flames_lsp.features.view import Reader
from flames_lsp.session import Session, indexing
from flames_lsp.session.indexing import Indexing
from flames_lsp.wish import WHOLE, Wish


class FakeBuilds:
    def __init__(self) -> None:
        self.asked: list[tuple] = []

    def build(self, top, overrides, wish=WHOLE):
        self.asked.append(("build", top, wish))

    def cancel(self, top):
        self.asked.append(("cancel", top))

    def watch(self, top, overrides):
        self.asked.append(("watch", top))

    def forget(self, top):
        self.asked.append(("forget", top))

    def count(self, what: str) -> int:
        return sum(asked[0] == what for asked in self.asked)


class FakeDisplay:
    def __init__(self) -> None:
        self.bars: list[tuple] = []
        self.shown: list[Status] = []

    def begin(self, top, title):
        self.bars.append(("begin", top))

    def report(self, top, message, percentage):
        self.bars.append(("report", top, message, percentage))

    def end(self, top, message):
        self.bars.append(("end", top, message))

    def show_status(self, status):
        self.shown.append(status)


class Setup:
    def __init__(self, generation: int = 1) -> None:
        self.engine, self.builds, self.display = FakeEngine(), FakeBuilds(), FakeDisplay()
        self.stored(generation)
        self.session = Session(FakeClient(), self.engine, Inline(), Inline(), PathRules(False))
        self.indexing = Indexing(self.session, self.display)
        self.indexing.builds = self.builds
        self.session.observer = self.indexing

    def stored(self, generation: int) -> None:
        if generation:
            self.engine.disk["/repo"] = FakeIndex({"a.py": b"", "b.py": b""}, generation)

    async def open(self) -> "Setup":
        self.session.start(Reader(), {})
        self.session.change_folders(["file:///repo"], [])
        await self.until(lambda: self.builds.count("build"))
        return self

    async def until(self, condition) -> None:
        deadline = asyncio.get_running_loop().time() + 30
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, self.builds.asked
            await asyncio.sleep(0)

    @property
    def root(self):
        return self.session.roots.all["/repo"]

    def ended(self, outcome: str, generation: int = 1, reason: str = "") -> None:
        self.indexing.build_ended("/repo", outcome, {"generation": generation}, reason)


async def test_a_new_root_is_watched_and_built():
    setup = await Setup().open()
    assert setup.builds.asked == [("watch", "/repo"), ("build", "/repo", WHOLE)]


async def test_wishes_that_come_together_make_one_build():
    setup = await Setup().open()
    for _ in range(5):
        setup.indexing.files_changed("/repo", None)
    await setup.until(lambda: setup.builds.count("build") == 2)
    assert setup.builds.count("build") == 2


async def test_a_save_asks_for_that_file_and_says_what_is_open():
    setup = await Setup().open()
    setup.session.open(item("file:///repo/b.py", "x = 1"))
    setup.indexing.saved(setup.root, "a.py")
    setup.indexing.saved(setup.root, "b.py")
    await setup.until(lambda: setup.builds.count("build") == 2)
    wish = Wish(saved=frozenset({"a.py", "b.py"}), first=frozenset({"b.py"}))
    assert setup.builds.asked[-1] == ("build", "/repo", wish)


async def test_a_change_that_cannot_be_told_asks_for_all_files():
    setup = await Setup().open()
    setup.indexing.files_changed("/repo", frozenset({"a.py"}))
    setup.indexing.files_changed("/repo", None)
    setup.indexing.files_changed("/repo", frozenset({"b.py"}))
    await setup.until(lambda: setup.builds.count("build") == 2)
    assert setup.builds.asked[-1] == ("build", "/repo", WHOLE)


async def test_the_watcher_s_echo_of_a_save_asks_for_nothing(monkeypatch):
    setup = await Setup().open()
    states = {"a.py": (1, 1, 1), "b.py": (1, 1, 1)}
    monkeypatch.setattr("flames_lsp.session.echoes._state", lambda top, path: states[path])
    setup.indexing.saved(setup.root, "a.py")
    await setup.until(lambda: setup.builds.count("build") == 2)
    setup.indexing.files_changed("/repo", frozenset({"a.py"}))
    assert not setup.indexing._wanted
    states["a.py"] = (2, 2, 1)
    setup.indexing.files_changed("/repo", frozenset({"a.py", "b.py"}))
    await setup.until(lambda: setup.builds.count("build") == 3)
    assert setup.builds.asked[-1][2].saved == frozenset({"a.py", "b.py"})


async def test_the_echo_of_a_save_whose_build_failed_asks_for_one(monkeypatch):
    setup = await Setup().open()
    monkeypatch.setattr("flames_lsp.session.echoes._state", lambda top, path: (1, 1, 1))
    setup.indexing.saved(setup.root, "a.py")
    await setup.until(lambda: setup.builds.count("build") == 2)
    setup.ended("failed", reason="why")
    setup.indexing.files_changed("/repo", frozenset({"a.py"}))
    await setup.until(lambda: setup.builds.count("build") == 3)


async def test_where_nobody_watches_a_save_asks_for_all_files():
    setup = await Setup().open()
    setup.indexing.watch_changed("/repo", "out of watches")
    setup.indexing.saved(setup.root, "a.py")
    await setup.until(lambda: setup.builds.count("build") == 2)
    assert setup.builds.asked[-1] == ("build", "/repo", WHOLE)


async def test_after_looks_at_single_files_comes_one_at_all(monkeypatch):
    monkeypatch.setattr(indexing, "_SWEEP_S", 0.0)
    setup = await Setup().open()
    setup.indexing.saved(setup.root, "a.py")
    await setup.until(lambda: setup.builds.count("build") == 3)
    assert [asked[2].saved for asked in setup.builds.asked[-2:]] == [frozenset({"a.py"}), None]
    setup.session.change_folders([], ["file:///repo"])


async def test_an_unfinished_generation_is_in_force_and_says_what_is_pending():
    setup = await Setup().open()
    setup.indexing.build_started("/repo")
    setup.engine.disk["/repo"] = FakeIndex({"a.py": b"", "b.py": b""}, 2, pending=1)
    setup.indexing.build_stored("/repo")
    await setup.until(lambda: setup.root.opened.index.generation == 2)
    assert setup.indexing.status() == Status("ok", False, "index refreshing: 1 file pending")
    setup.ended("cancelled")
    assert setup.indexing.status() == Status("ok", True, "2 files indexed, 1 pending")


async def test_the_first_build_shows_progress_and_how_far_it_is():
    setup = await Setup(generation=0).open()
    setup.indexing.build_started("/repo")
    setup.indexing.build_progressed("/repo", "parse", 3, 12)
    assert setup.display.bars == [("begin", "/repo"), ("report", "/repo", "parse 3 of 12", 25)]
    assert setup.display.shown[-1] == Status("ok", False, "index building: 3 of 12 files")
    assert setup.session.view(setup.root).gaps() == ["index building: 3 of 12 files"]


async def test_a_short_refresh_shows_no_progress():
    setup = await Setup().open()
    setup.indexing.build_started("/repo")
    setup.indexing.build_progressed("/repo", "parse", 3, 12)
    setup.ended("built")
    assert setup.display.bars == []
    assert [shown.quiescent for shown in setup.display.shown] == [False, True]


async def test_a_refresh_is_no_gap_of_the_answers():
    setup = await Setup().open()
    setup.indexing.build_started("/repo")
    assert setup.session.view(setup.root).gaps() == []


async def test_reindex_answers_when_the_new_index_is_in_force():
    setup = await Setup().open()
    waiting = setup.indexing.reindex(setup.root, full=True)
    assert setup.builds.asked[-1] == ("build", "/repo", Wish(full=True))
    setup.stored(2)
    setup.ended("built", 2)
    assert (await waiting) == {"generation": 2}
    assert setup.root.opened.index.generation == 2


async def test_reindex_that_found_nothing_new_answers_too():
    setup = await Setup().open()
    waiting = setup.indexing.reindex(setup.root, full=False)
    setup.ended("built", 1)
    assert (await waiting) == {"generation": 1}


async def test_cancelling_the_request_cancels_the_build():
    setup = await Setup().open()
    waiting = setup.indexing.reindex(setup.root, full=False)
    waiting.cancel()
    await setup.until(lambda: setup.builds.count("cancel"))


@pytest.mark.parametrize(("outcome", "error"), [("cancelled", Cancelled), ("failed", FlamesError)])
async def test_reindex_that_ends_badly_says_so(outcome, error):
    setup = await Setup().open()
    waiting = setup.indexing.reindex(setup.root, full=False)
    setup.ended(outcome, reason="because")
    with pytest.raises(error):
        await waiting


async def test_a_failed_build_is_an_error_until_one_succeeds():
    setup = await Setup().open()
    setup.ended("failed", reason="no symbols were found")
    assert setup.indexing.status() == Status("error", True, "no symbols were found")
    setup.ended("built")
    assert setup.indexing.status() == Status("ok", True, "2 files indexed")


async def test_a_root_that_another_process_builds_is_read_and_tried_again():
    setup = await Setup().open()
    setup.stored(5)
    setup.ended("busy", reason="another process builds")
    assert setup.indexing.status().health == "warning"
    await setup.until(lambda: setup.root.opened.index.generation == 5)
    await setup.until(lambda: setup.builds.count("build") == 2)
    setup.ended("built", 5)
    assert setup.indexing.status().health == "ok"


async def test_where_nobody_watches_the_status_says_so():
    setup = await Setup().open()
    setup.indexing.watch_changed("/repo", "out of watches")
    assert setup.indexing.status() == Status("warning", True, "out of watches")


async def test_a_closed_folder_is_forgotten_and_its_waiters_answered():
    setup = await Setup().open()
    waiting = setup.indexing.reindex(setup.root, full=False)
    setup.session.change_folders([], ["file:///repo"])
    assert setup.builds.asked[-1] == ("forget", "/repo")
    with pytest.raises(Cancelled):
        await waiting
    setup.ended("built")
    assert setup.indexing.status() == Status("ok", True, "no folder is open")


async def test_the_same_status_is_told_once():
    setup = await Setup().open()
    setup.indexing.show_status()
    told = len(setup.display.shown)
    setup.indexing.show_status()
    assert len(setup.display.shown) == told


ROOT = RootState("a", 3, 1200)
BUILDING = RootState("b", 0, 0, working="index building")


@pytest.mark.parametrize(
    ("roots", "notes", "quiet", "expected"),
    [
        ([], [], True, Status("ok", True, "no folder is open")),
        ([ROOT], [], True, Status("ok", True, "1,200 files indexed")),
        ([ROOT], [], False, Status("ok", False, "1,200 files indexed")),
        ([RootState("a", 1, 1)], [], True, Status("ok", True, "1 file indexed")),
        ([ROOT, BUILDING], [], True, Status("ok", False, "b: index building")),
        ([ROOT], ["odd"], True, Status("warning", True, "odd")),
        (
            [RootState("a", 1, 1, problem="broken", notes=("odd",))],
            [],
            True,
            Status("error", True, "broken; odd"),
        ),
    ],
)
def test_the_status_line(roots, notes, quiet, expected):
    assert status(roots, notes, quiet=quiet) == expected
