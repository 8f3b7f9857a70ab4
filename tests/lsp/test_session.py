"""The session's rules: what is checked when, what is published, and whose answers are whose."""

import asyncio
import re
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from fakes import FakeClient, FakeEngine, FakeIndex, Held, Inline, finding, item
from flames_lsp.convert import Encoding, PathRules
from flames_lsp.features.view import Reader
from flames_lsp.session import Session
from lsprotocol import types as t

A, B, OTHER = "file:///repo/a.py", "file:///repo/b.py", "file:///other/a.py"
NO_DELAY = {"diagnostics": {"debounceMs": 0}}


def insertion(line: int, character: int, text: str) -> t.TextDocumentContentChangePartial:
    at = t.Position(line, character)
    return t.TextDocumentContentChangePartial(t.Range(at, at), text)


def whole(text: str) -> t.TextDocumentContentChangeWholeDocument:
    return t.TextDocumentContentChangeWholeDocument(text)


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    monkeypatch.setattr("flames_lsp.session.publishing._SETTLE_S", 0.0)


class Setup:
    """A session over fakes, with `/repo` open, that runs background work on `executor`."""

    def __init__(
        self, executor=None, folders=("file:///repo",), reads=None, **disk: dict[str, str]
    ) -> None:
        self.client, self.engine = FakeClient(), FakeEngine()
        for top, files in disk.items():
            sources = {path: text.encode() for path, text in files.items()}
            self.engine.disk[f"/{top}"] = FakeIndex(sources)
        self.executor = executor or Inline()
        rules = PathRules(windows=False)
        self.session = Session(
            self.client, self.engine, Inline(), self.executor, rules, reads=reads
        )
        self.session.start(Reader(Encoding.UTF16), NO_DELAY)
        self.session.change_folders(folders, [])

    async def until(self, condition) -> None:
        deadline = asyncio.get_running_loop().time() + 30
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, self.client.published
            await asyncio.sleep(0)

    async def settled(self) -> None:
        def at_rest() -> bool:
            if isinstance(self.executor, Held):
                self.executor.release()
            return self.session.idle and self.session.roots.settled.is_set()

        await self.until(at_rest)

    def shown(self, uri: str):
        return self.client.shown(uri)


async def test_an_opened_document_is_checked_and_published_with_its_version():
    setup = Setup()
    setup.session.open(item(A, "bad()", 7))
    await setup.settled()
    assert setup.shown(A) == (7, ["FOUND\nbecause"])


async def test_an_edit_is_published_with_its_own_version():
    setup = Setup()
    setup.session.open(item(A, "bad()"))
    setup.session.change(A, 2, [insertion(0, 0, "x = 1\n")])
    await setup.settled()
    assert setup.shown(A) == (2, ["FOUND\nbecause"])
    diagnostic = setup.client.published[-1].diagnostics[0]
    assert diagnostic.range.start == t.Position(1, 0)


async def test_several_changes_apply_in_order():
    setup = Setup()
    setup.session.open(item(A, "é"))
    setup.session.change(A, 2, [insertion(0, 1, "b"), insertion(0, 2, "ad"), insertion(0, 4, "()")])
    await setup.settled()
    assert setup.session.document(A).text.source == "ébad()".encode()
    assert setup.shown(A)[1]


async def test_a_client_with_full_sync_only_is_served():
    setup = Setup()
    setup.session.open(item(A, "ok()"))
    setup.session.change(A, 2, [whole("bad()")])
    await setup.settled()
    assert setup.shown(A) == (2, ["FOUND\nbecause"])


async def test_a_change_of_an_unknown_document_is_ignored():
    setup = Setup()
    setup.session.change(A, 2, [whole("bad()")])
    await setup.settled()
    assert setup.shown(A) is None


async def test_a_superseded_result_is_dropped():
    setup = Setup(executor=Held())
    await setup.until(lambda: setup.executor.waiting)
    while not setup.session.roots.settled.is_set():
        setup.executor.release()
        await asyncio.sleep(0)
    setup.session.open(item(A, "bad()", 1))
    await setup.until(lambda: setup.executor.waiting)  # the check of version 1 is on its way
    setup.session.change(A, 2, [whole("ok()")])
    setup.executor.release()
    await setup.until(lambda: setup.executor.waiting)
    assert setup.shown(A) is None
    setup.executor.release()
    await setup.settled()
    assert setup.shown(A) == (2, [])
    assert [p.version for p in setup.client.published] == [2]


async def test_a_superseded_check_can_notice_and_stop():
    setup = Setup(executor=Held())
    while not setup.session.roots.settled.is_set():
        setup.executor.release()
        await asyncio.sleep(0)
    setup.session.open(item(A, "bad()"))
    await setup.until(lambda: setup.executor.waiting)
    setup.session.change(A, 2, [whole("ok()")])
    setup.executor.release()
    assert setup.engine.checked == []


def textual(snapshot, path):
    """A rule that reads text: every `dup`."""
    found = re.finditer(rb"dup", snapshot.source(path))
    return tuple(replace(finding(snapshot, path, m), rule="textual", message="DUP") for m in found)


def messages(params: t.PublishDiagnosticsParams) -> list[str]:
    return [diagnostic.message.partition("\n")[0] for diagnostic in params.diagnostics]


async def test_an_edited_buffer_is_glanced_at_first_and_keeps_what_the_check_found_last():
    setup = Setup()
    setup.engine.glanced = textual
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    setup.client.published.clear()
    setup.session.change(A, 2, [insertion(0, 0, "dup\n")])
    await setup.settled()
    glanced, checked = setup.client.published
    assert (glanced.version, messages(glanced)) == (2, ["DUP", "FOUND"])
    assert glanced.diagnostics[1].range.start == t.Position(1, 0)
    assert (checked.version, messages(checked)) == (2, ["FOUND"])


async def test_a_check_that_finds_what_the_glance_showed_says_nothing_more():
    setup = Setup()
    setup.engine.glanced = lambda snapshot, path: ()
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    setup.client.published.clear()
    setup.session.change(A, 2, [insertion(0, 0, "x = 1\n")])
    await setup.settled()
    assert [(p.version, messages(p)) for p in setup.client.published] == [(2, ["FOUND"])]
    assert setup.engine.checked[-2:] == ["glance a.py", "a.py"]


async def test_a_superseded_glance_is_not_followed_by_a_check():
    setup = Setup(executor=Held())
    setup.engine.glanced = textual
    while not setup.session.roots.settled.is_set():
        setup.executor.release()
        await asyncio.sleep(0)
    setup.session.open(item(A, "dup"))
    await setup.until(lambda: setup.executor.waiting)
    setup.session.change(A, 2, [whole("")])
    setup.executor.release()
    await setup.until(lambda: setup.executor.waiting)
    setup.executor.release()
    await setup.until(lambda: setup.executor.waiting)
    setup.executor.release()
    await setup.settled()
    assert setup.engine.checked == ["glance a.py", "a.py"]
    assert [p.version for p in setup.client.published] == [2]


async def test_closing_clears_what_was_published():
    setup = Setup()
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    setup.session.close(A)
    await setup.settled()
    assert setup.shown(A) == (None, [])
    assert setup.session.roots.all["/repo"].snapshot.overlays == {}


async def test_a_changed_contract_rechecks_open_files_that_use_it():
    setup = Setup(repo={"a.py": "def f(x): pass", "b.py": "f(1)"})
    setup.session.open(item(A, "def f(x): pass"))
    setup.session.open(item(B, "f(1)"))
    await setup.settled()
    setup.engine.checked.clear()
    setup.session.change(A, 2, [whole("def f(x, y): pass")])
    await setup.settled()
    assert setup.engine.checked == ["a.py", "b.py"]


async def test_an_edit_inside_a_body_rechecks_nobody_else():
    setup = Setup(repo={"a.py": "def f(x): pass", "b.py": "f(1)"})
    setup.session.open(item(A, "def f(x): pass"))
    setup.session.open(item(B, "f(1)"))
    await setup.settled()
    setup.engine.checked.clear()
    setup.session.change(A, 2, [whole("def f(x): return 1")])
    await setup.settled()
    assert setup.engine.checked == ["a.py"]


async def test_closing_rechecks_the_others_so_that_no_ghost_stays():
    setup = Setup(repo={"a.py": "", "b.py": "bad()"})
    setup.session.open(item(A, "def bad(): pass"))
    setup.session.open(item(B, "bad()"))
    await setup.settled()
    assert setup.client.published[-1].diagnostics[0].related_information
    setup.session.close(A)
    await setup.settled()
    assert setup.client.published[-1].uri == B
    assert not setup.client.published[-1].diagnostics[0].related_information


async def test_related_places_are_links_in_the_clients_spelling():
    setup = Setup(repo={"b.py": "x = 1\ndef bad(): pass"})
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    (related,) = setup.client.published[-1].diagnostics[0].related_information
    assert related.location.uri == B
    assert related.location.range.start == t.Position(1, 0)


async def test_a_broken_check_is_counted_and_the_next_one_runs():
    setup = Setup()
    setup.engine.fails.add("a.py")
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    assert setup.session.failures == {"check": 1}
    setup.engine.fails.clear()
    setup.session.change(A, 2, [whole("bad()")])
    await setup.settled()
    assert setup.shown(A) == (2, ["FOUND\nbecause"])


async def test_a_new_generation_keeps_unsaved_text_and_checks_again():
    setup = Setup(repo={"b.py": ""})
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    setup.engine.disk["/repo"] = FakeIndex({"b.py": b"def bad(): pass"}, 2)
    setup.session.roots.reload(setup.session.roots.all["/repo"])
    await setup.settled()
    assert setup.session.roots.all["/repo"].opened.index.generation == 2
    assert setup.client.published[-1].version == 1
    assert setup.client.published[-1].diagnostics[0].related_information


async def test_a_new_generation_is_in_force_before_the_checks_that_wait():
    setup = Setup(Held(), reads=Inline(), repo={"a.py": ""})
    await setup.until(setup.session.roots.settled.is_set)
    setup.session.open(item(A, "bad()"))
    setup.engine.disk["/repo"] = FakeIndex({"a.py": b"bad()"}, 2)
    setup.session.roots.reload(setup.session.roots.all["/repo"])
    await setup.until(lambda: setup.session.roots.all["/repo"].opened.index.generation == 2)
    assert setup.engine.checked == []


async def test_of_a_new_generation_what_it_concerns_is_looked_at_first(monkeypatch):
    setup = Setup(repo={"a.py": "used()", "b.py": "", "c.py": "def used(): ..."})
    setup.session.open(item(A, "used()"))
    setup.session.open(item(B, ""))
    await setup.settled()
    setup.engine.checked.clear()
    monkeypatch.setattr("flames_lsp.session.publishing._SETTLE_S", 60.0)
    sources = {"a.py": b"used()", "b.py": b"", "c.py": b"def used(x): ..."}
    for generation in (2, 3):
        sources["c.py"] += b"#"
        setup.engine.disk["/repo"] = FakeIndex(dict(sources), generation)
        setup.session.roots.reload(setup.session.roots.all["/repo"])
        await setup.until(lambda now=generation: len(setup.engine.checked) == now - 1)
    assert setup.engine.checked == ["a.py", "a.py"]


async def test_after_a_new_generation_all_is_looked_at_once_none_follows():
    setup = Setup(repo={"a.py": "", "b.py": "", "c.py": ""})
    setup.session.open(item(A, ""))
    setup.session.open(item(B, ""))
    await setup.settled()
    setup.engine.checked.clear()
    for generation in (2, 3, 4):
        sources = {"a.py": b"", "b.py": b"", "c.py": b"#" * generation}
        setup.engine.disk["/repo"] = FakeIndex(sources, generation)
        setup.session.roots.reload(setup.session.roots.all["/repo"])
    await setup.settled()
    assert setup.engine.checked == ["a.py", "b.py"]


async def test_what_callers_rely_on_is_noted_when_a_file_is_opened():
    asked = []
    setup = Setup(Held(), reads=Inline(), repo={"a.py": ""})
    await setup.until(setup.session.roots.settled.is_set)
    root = setup.session.roots.all["/repo"]
    root.opened = replace(root.opened, before=asked.append)
    setup.session.open(item(A, ""))
    assert asked == ["a.py"]
    assert setup.engine.checked == []


async def test_what_an_edit_needs_is_made_once_an_index_and_not_for_each_file():
    setup = Setup(repo={"a.py": "", "b.py": ""})
    setup.session.open(item(A, ""))
    setup.session.open(item(B, ""))
    await setup.settled()
    assert setup.engine.warmed == ["a.py"]
    setup.session.roots.reload(setup.session.roots.all["/repo"])
    await setup.settled()
    assert setup.engine.warmed == ["a.py", "a.py"]


async def test_a_buffer_is_parsed_in_the_quiet_before_its_check():
    setup = Setup()
    setup.session.open(item(A, ""))
    await setup.settled()
    setup.session.change_settings({"diagnostics": {"debounceMs": 2}})
    await setup.settled()
    setup.engine.checked.clear()
    setup.session.change(A, 2, [whole("bad()")])
    await setup.settled()
    assert setup.engine.checked == ["parse a.py", "a.py"]


async def test_checks_do_not_disturb_the_rest_that_an_editor_shows():
    setup = Setup()
    await setup.settled()
    rests = []
    setup.client.state_changed = lambda: rests.append(setup.session.at_rest)
    setup.session.open(item(A, "bad()"))
    setup.session.change(A, 2, [whole("x")])
    await setup.settled()
    assert rests
    assert all(rests)


async def test_the_same_diagnostics_of_the_same_version_are_told_once():
    setup = Setup()
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    setup.session.roots.reload(setup.session.roots.all["/repo"])
    await setup.settled()
    assert setup.engine.checked == ["a.py", "a.py"]
    assert len(setup.client.published) == 1


async def test_a_finding_that_rests_on_the_last_commit_is_looked_at_again(monkeypatch):
    monkeypatch.setattr("flames_lsp.session.publishing._LOOK_AGAIN_S", 0.001)
    monkeypatch.setattr("flames_lsp.session.publishing.DATED_RULES", {"parallel-logic"})
    setup = Setup()
    setup.session.open(item(A, "bad()"))
    setup.session.open(item(B, "fine()"))
    await setup.until(lambda: setup.engine.checked.count("a.py") > 2)
    assert setup.engine.checked.count("b.py") == 1


async def test_roots_never_mix():
    setup = Setup(
        folders=("file:///repo", "file:///other"),
        repo={"a.py": ""},
        other={"z.py": "def bad(): pass"},
    )
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    assert setup.client.published[-1].diagnostics[0].related_information == []
    assert await setup.session.ask("x", A, lambda view, path: (view.top, path)) == ("/repo", "a.py")
    assert await setup.session.ask("x", OTHER, lambda view, path: view.top) == "/other"


async def test_a_removed_folder_takes_its_findings_along():
    setup = Setup(folders=("file:///repo", "file:///other"))
    setup.session.open(item(A, "bad()"))
    setup.session.open(item(OTHER, "bad()"))
    await setup.settled()
    setup.session.change_folders([], ["file:///repo"])
    await setup.settled()
    assert setup.shown(A) == (None, [])
    assert setup.shown(OTHER) == (1, ["FOUND\nbecause"])
    assert await setup.session.ask("x", A, lambda view, path: path) is None


async def test_a_folder_added_later_adopts_open_documents():
    setup = Setup(folders=())
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    assert setup.shown(A) is None
    setup.session.change_folders(["file:///repo"], [])
    await setup.settled()
    assert setup.shown(A) == (1, ["FOUND\nbecause"])


async def test_an_opened_subfolder_is_a_view_of_the_whole_checkout():
    setup = Setup(folders=())
    setup.engine.tops["/repo/sub"] = "/repo"
    setup.session.change_folders(["file:///repo/sub"], [])
    setup.session.open(item(A, "bad()"))
    await setup.settled()
    assert setup.shown(A) == (1, ["FOUND\nbecause"])


async def test_two_folders_of_one_checkout_share_its_root():
    setup = Setup(folders=())
    setup.engine.tops |= {"/repo/one": "/repo", "/repo/two": "/repo"}
    setup.session.change_folders(["file:///repo/one", "file:///repo/two"], [])
    await setup.settled()
    assert list(setup.session.roots.all) == ["/repo"]
    setup.session.change_folders([], ["file:///repo/one"])
    assert list(setup.session.roots.all) == ["/repo"]
    setup.session.change_folders([], ["file:///repo/two"])
    assert not setup.session.roots.all


async def test_an_inner_checkout_owns_its_files():
    setup = Setup(folders=("file:///repo", "file:///repo/vendor"))
    setup.session.open(item("file:///repo/vendor/a.py", "x"))
    await setup.settled()
    found = await setup.session.ask(
        "x", "file:///repo/vendor/a.py", lambda view, path: (view.top, path)
    )
    assert found == ("/repo/vendor", "a.py")
    assert not setup.session.roots.all["/repo"].snapshot.overlays


@pytest.mark.parametrize(
    "uri",
    [
        "untitled:Untitled-1",
        "git:/repo/a.py?%7B%7D",
        "vscode-vfs://github/repo/a.py",
        "vscode-notebook-cell:/repo/n.ipynb#W0",
        "file:///elsewhere/a.py",
        "file:///repo/readme.md",
    ],
)
async def test_documents_outside_the_roots_get_no_findings(uri):
    setup = Setup()
    setup.session.open(item(uri, "bad()"))
    setup.session.change(uri, 2, [whole("bad() # more")])
    await setup.settled()
    assert await setup.session.ask("x", uri, lambda view, path: "answered") is None
    setup.session.close(uri)
    await setup.settled()
    assert setup.client.published == []


async def test_an_answer_is_from_the_state_of_its_request():
    setup = Setup()
    setup.session.open(item(A, "one"))
    await setup.settled()
    answer = setup.session.ask("x", A, lambda view, path: view.snapshot.source(path))
    setup.session.change(A, 2, [whole("two")])
    assert await answer == b"one"


async def test_a_request_before_its_root_is_known_waits_for_it():
    setup = Setup(executor=Held())
    setup.session.open(item(A, "text"))
    answer = setup.session.ask("x", A, lambda view, path: path)
    while not answer.done():
        setup.executor.release()
        await asyncio.sleep(0)
    assert answer.result() == "a.py"


async def test_settings_reach_the_roots_without_a_restart():
    setup = Setup()
    await setup.settled()
    setup.session.change_settings({"flames": {"lens": {"minCallers": 9}, "server": {"path": "x"}}})
    await setup.settled()
    (root,) = setup.session.roots.all.values()
    assert root.opened.config.lens.min_callers == 9
    assert root.opened.config.debounce_s == 0  # what initialize said stays
    assert root.opened.warnings == ()


async def test_unchanged_settings_open_nothing_again():
    setup = Setup()
    await setup.settled()
    setup.session.change_settings({"flames": NO_DELAY})
    await setup.settled()
    assert len(setup.engine.opened) == 1


async def test_a_symlinked_folder_is_answered_in_its_own_spelling(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    link = (tmp_path / "link").as_uri()
    setup = Setup(folders=(link,))
    setup.session.open(item(f"{link}/a.py", "bad()"))
    await setup.settled()
    assert list(setup.session.roots.all) == [str((tmp_path / "real").resolve())]
    assert setup.shown(f"{link}/a.py") == (1, ["FOUND\nbecause"])
    uri = await setup.session.ask("x", f"{link}/a.py", lambda view, path: view.uri("new b.py"))
    assert uri == f"{link}/new%20b.py"


async def test_the_session_refuses_other_threads():
    setup = Setup()
    raised = []

    def touch():
        try:
            setup.session.open(item(A, ""))
        except AssertionError as error:
            raised.append(str(error))

    thread = threading.Thread(target=touch)
    thread.start()
    thread.join()
    assert raised == ["open is the loop's alone"]


async def test_ten_thousand_key_presses_in_a_large_file_are_quick():
    setup = Setup()
    setup.session.open(item(A, "".join(f"x{i} = {i}\n" for i in range(20_000))))
    before = SimpleNamespace(time=asyncio.get_running_loop().time())
    for n in range(10_000):
        setup.session.change(A, n + 2, [insertion(n % 20_000, 0, "a")])
    # 0.1 ms an edit here; a store that splits lines anew takes 100 s
    assert asyncio.get_running_loop().time() - before.time < 10
    assert setup.session.document(A).text.source.startswith(b"ax0 = 0\nax1")


async def test_what_is_not_shown_is_counted_in_the_last_that_is():
    setup = Setup(repo={"a.py": "bad()\n" * 7})
    setup.session.change_settings({"diagnostics": {"debounceMs": 0, "maxPerFile": 3}})
    setup.session.open(item(A, "bad()\n" * 7))
    await setup.settled()
    _, shown = setup.shown(A)
    assert len(shown) == 3
    assert [
        message.endswith("and 4 more in this file (diagnostics.max_per_file)") for message in shown
    ] == [False, False, True]
