"""What happens to a server on an ordinary bad day: the answers stay right, or say what they lack."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from lsprotocol import types as t

LIB = "def helper(x):\n    return x\n"
USER = "from lib import helper\ndef run(): return helper(1)\n"
REPOSITORY = f"--- lib.py\n{LIB}--- user.py\n{USER}"
LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="processes by /proc")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def callers(number: int) -> str:
    return "".join(f"--- made/m{n}.py\n{USER}" for n in range(number))


async def state(editor, holds) -> dict:
    """The first root's state once it is as wanted; each look is a round trip."""
    while True:
        root = (await editor.command("flames.status"))["roots"][0]
        if holds(root):
            return root


async def until_said(editor, uri: str, words: str) -> None:
    """Until a hover on the first function says so."""
    while words not in (said := await editor.hover(uri, 0, 6)):
        assert "def " not in said
        await state(editor, lambda root: True)


def save(editor, file: Path, text: str) -> None:
    editor.replace(file.as_uri(), text)
    file.write_text(text)
    params = t.DidSaveTextDocumentParams(t.TextDocumentIdentifier(file.as_uri()))
    editor.client.text_document_did_save(params)


def builders(editor) -> list[int]:
    server = editor.client._server.pid
    return [int(p) for p in Path(f"/proc/{server}/task/{server}/children").read_text().split()]


async def test_a_save_is_in_force_at_once_and_nothing_stays_pending(editors, repository):
    folder = repository(REPOSITORY + callers(60))
    editor = await editors(folder)
    uri = editor.open(folder / "lib.py")
    editor.open(folder / "user.py")
    await editor.indexed()
    before = await state(editor, lambda root: not root["building"])
    save(editor, folder / "lib.py", LIB.replace("helper", "renamed"))
    await until_said(editor, uri, "`renamed`")
    await state(editor, lambda root: root["generation"] > before["generation"])
    await state(editor, lambda root: not root["building"] and not root["pending"])
    assert "no callers found" in await editor.hover(uri, 0, 6)
    save(editor, folder / "lib.py", LIB)
    await until_said(editor, uri, "used by 61 callers")


async def test_typing_while_a_build_runs_is_answered_from_what_is_typed(editors, repository):
    folder = repository(REPOSITORY)
    editor = await editors(folder)
    uri = editor.open(folder / "user.py")
    await editor.indexed()
    building = editor.client.workspace_execute_command_async(
        t.ExecuteCommandParams("flames.reindex", [{"full": True}])
    )
    for number in range(5):
        editor.replace(uri, f"def typed_{number}(): ...\n{USER}")
        assert f"`typed_{number}`" in await editor.hover(uri, 0, 6)
    assert (await building)["files"] == 2
    assert "`typed_4`" in await editor.hover(uri, 0, 6)


async def test_another_branch_with_many_files(editors, repository):
    folder = repository(REPOSITORY)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "few")
    git(folder, "checkout", "-qb", "many")
    repository(callers(300))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "many")
    editor = await editors(folder)
    uri = editor.open(folder / "lib.py")
    await editor.indexed("302 files indexed")
    git(folder, "checkout", "-q", "main")
    await editor.indexed("2 files indexed")
    await until_said(editor, uri, "used by 1 caller ")
    git(folder, "checkout", "-q", "many")
    await editor.indexed("302 files indexed")
    await until_said(editor, uri, "used by 301 callers")


async def test_a_file_deleted_while_it_is_open_lives_on_in_its_buffer(editors, repository):
    folder = repository(REPOSITORY)
    editor = await editors(folder)
    uri = editor.open(folder / "lib.py")
    await editor.indexed("2 files indexed")
    (folder / "lib.py").unlink()
    await editor.indexed("1 file indexed")
    assert "function `helper`" in await editor.hover(uri, 0, 6)
    (folder / "lib.py").write_text(LIB)
    await editor.indexed("2 files indexed")
    await until_said(editor, uri, "used by 1 caller ")


async def test_a_renamed_folder_is_found_under_its_new_name(editors, repository):
    folder = repository(REPOSITORY + "--- old/__init__.py\n--- old/one.py\ndef one(): ...\n")
    editor = await editors(folder)
    await editor.indexed("4 files indexed")
    (folder / "old").rename(folder / "new")
    (folder / "use.py").write_text("from new.one import one\none()\n")
    await editor.indexed("5 files indexed")
    uri = editor.open(folder / "new" / "one.py")
    await until_said(editor, uri, "used by 1 caller ")


async def test_a_cache_that_is_removed_is_made_again(editors, repository):
    folder = repository(REPOSITORY)
    editor = await editors(folder)
    uri = editor.open(folder / "lib.py")
    await editor.indexed()
    shutil.rmtree(os.environ["FLAMES_CACHE_DIR"])
    assert "used by 1 caller " in await editor.hover(uri, 0, 6)
    (folder / "more.py").write_text(USER)
    await editor.indexed("3 files indexed")
    await until_said(editor, uri, "used by 2 callers")


@LINUX
async def test_a_killed_builder_is_replaced_and_misses_nothing(editors, repository):
    folder = repository(REPOSITORY)
    editor = await editors(folder)
    uri = editor.open(folder / "lib.py")
    await editor.indexed()
    (child,) = builders(editor)
    os.kill(child, signal.SIGSTOP)  # so that it cannot tell of the next line
    (folder / "more.py").write_text(USER)
    os.kill(child, signal.SIGKILL)
    await editor.indexed("3 files indexed")
    await until_said(editor, uri, "used by 2 callers")
    assert builders(editor) != [child]


@LINUX
async def test_a_machine_that_slept_sees_what_happened_meanwhile(editors, repository):
    folder = repository(REPOSITORY)
    editor = await editors(folder)
    uri = editor.open(folder / "lib.py")
    await editor.indexed()
    sleeping = [editor.client._server.pid, *builders(editor)]
    for process in sleeping:
        os.kill(process, signal.SIGSTOP)
    (folder / "more.py").write_text(USER)
    os.utime(folder / "more.py", (2**31, 2**31))  # and the clock jumps
    for process in sleeping:
        os.kill(process, signal.SIGCONT)
    await editor.indexed("3 files indexed")
    await until_said(editor, uri, "used by 2 callers")


async def test_folders_come_and_go_while_they_are_built(editors, repository):
    one, other = repository(REPOSITORY), repository(REPOSITORY + callers(20), "other")
    editor = await editors(one)
    folder = t.WorkspaceFolder(other.as_uri(), "other")
    for _ in range(3):
        for event in (
            t.WorkspaceFoldersChangeEvent([folder], []),
            t.WorkspaceFoldersChangeEvent([], [folder]),
        ):
            params = t.DidChangeWorkspaceFoldersParams(event)
            editor.client.workspace_did_change_workspace_folders(params)
    await editor.indexed("2 files indexed")
    event = t.WorkspaceFoldersChangeEvent([folder], [])
    editor.client.workspace_did_change_workspace_folders(t.DidChangeWorkspaceFoldersParams(event))
    await editor.indexed("24 files indexed")
    uri = editor.open(other / "lib.py")
    await until_said(editor, uri, "used by 21 callers")


async def test_a_half_typed_line_that_is_saved_loses_nothing_else(editors, repository):
    folder = repository(REPOSITORY)
    editor = await editors(folder)
    lib, user = folder / "lib.py", folder / "user.py"
    uri = editor.open(lib)
    editor.open(user)
    await editor.indexed()
    before = await state(editor, lambda root: not root["building"])
    save(editor, user, USER + "def half(a, (\n")
    await state(editor, lambda root: root["generation"] > before["generation"])
    assert "used by 1 caller " in await editor.hover(uri, 0, 6)


async def test_nobody_known_to_call_is_not_nobody(editors, repository):
    folder = repository("--- a.py\nclass A:\n    def go(self): ...\ndef run(x): x.other.go()\n")
    editor = await editors(folder)
    uri = editor.open(folder / "a.py")
    (folder / "b.py").write_text("class B:\n    def go(self): ...\n")
    await editor.indexed("2 files indexed")
    assert "no callers found, 1 unresolved call of that name" in await editor.hover(uri, 1, 9)
