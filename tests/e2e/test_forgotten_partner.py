"""A saved change, and the file that usually changes with it."""

import subprocess

import pytest

RULE = "forgotten-partner"
FILES = "--- encode.py\nx = 0\n--- decode.py\nx = 0\n--- other.py\nx = 0\n"


def git(folder, *words):
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def changed(repository):
    """A repository where encode.py was saved and decode.py, which always changes too, was not."""
    folder = repository(FILES)
    git(folder, "init", "-q")
    for number in range(30):
        names = ("encode.py", "decode.py") if number >= 24 else ("other.py",)
        for name in names:
            (folder / name).write_text(f"x = {number + 1}\n")
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", f"change {number}")
    (folder / "encode.py").write_text("x = 'new'\n")
    return folder


async def test_the_partner_is_named_once_the_history_is_read(editors, changed):
    editor = await editors(changed)
    uri = editor.open(changed / "encode.py")
    await editor.indexed()
    found = []
    for attempt in range(50):  # each waits for the answer to a key press
        version = editor.replace(uri, "x = 'new'" + " " * attempt + "\n")
        found = [d for d in await editor.diagnostics(uri, version) if d.code == RULE]
        if found:
            break
    (diagnostic,) = found
    assert "`decode.py` changed too" in diagnostic.message
    assert diagnostic.range.start.line == 0
