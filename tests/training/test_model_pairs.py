"""What training pairs are made of: pages, comments, exercises, names."""

import random
import subprocess
from pathlib import Path

from flames_indexer.embedding.pieces import Pieces
from flames_indexer.embedding.terms import NAMED
from model.functions import Function, functions_of
from model.namesakes import Namesakes, same_tasks
from model.pages import prose_of, shown_in
from model.pairs import Kind, Pairs, pairs_of
from model.questions import asked_of, notes_in

PAGE = """
# Dates

## Adding days

Use `addDays` to move [a date](http://there) forward.

```js
const later = addDays(new Date(2014, 8, 1), 10)
```

```sh
npm install dates --save --save-exact --ignore-scripts
```
"""

RST = """
Waiting
=======

Tries a call again until it succeeds::

    result = retry(fetch, attempts=3, delay=0.5)
    print(result.status)

.. code-block:: python

    wait_until(lambda: server.is_ready(), seconds=10)

After it.
"""


def test_a_page_shows_code_under_words() -> None:
    assert list(shown_in(PAGE)) == [
        (
            "Adding days. Use addDays to move a date forward",
            "const later = addDays(new Date(2014, 8, 1), 10)",
        )
    ]
    (first, retried), (second, waited) = shown_in(RST.replace("Waiting", "Waiting for it"))
    assert first == "Waiting for it. Tries a call again until it succeeds"
    assert retried.startswith("result = retry(")
    assert (second, waited.split("(")[0].split()[-1]) == ("Waiting for it", "wait_until")


def test_prose_is_what_is_no_code_and_no_heading() -> None:
    assert prose_of(PAGE).split("\n")[0] == "Use addDays to move a date forward."
    assert "later" not in prose_of(PAGE)


def test_a_comment_speaks_of_the_lines_below_it() -> None:
    code = """def f(rows):
    # Sort the rows by date,
    # newest first.
    rows.sort(key=lambda row: row.date, reverse=True)
    rows = rows[:10]

    # short
    return rows
"""
    ((said, below),) = notes_in(code)
    assert said == "Sort the rows by date, newest first."
    assert [line.strip().split("(")[0] for line in below.split("\n")] == [
        "rows.sort",
        "rows = rows[:10]",
    ]


def test_a_question_is_some_words_of_a_sentence() -> None:
    chance = random.Random(1)
    asked = [
        asked_of("Returns the mean of a list. Or raises.", "python", chance) for _ in range(50)
    ]
    assert all("raises" not in words for words in asked)
    assert {"get", "mean"} <= set(asked[0])
    assert any("python" in words for words in asked)
    assert any(words[:2] == ["how", "to"] for words in asked)
    assert all(3 <= len(words) <= 12 for words in asked)


def test_the_pieces_of_a_name_are_marked() -> None:
    words = ["load", "config", "reads", "path", "open", "read", "the", "file", "def"]
    pieces = Pieces(words)
    function = Function(
        *("p", "python", "a.py", "function", "", "load_config", "Reads the file."),
        *("def load_config(path):\n    return open(path).read()\n", False),
    )
    made, _, _ = pairs_of([function], 0, pieces.of_words, len(words))
    assert made.kinds[0] == Kind.DOC
    start, end = 0, made.right.ends[0]
    marked = {
        words[piece]
        for piece, count in zip(made.right.ids[start:end], made.right.counts[:end], strict=True)
        if count & NAMED
    }
    assert marked == {"load", "config"}


def test_solutions_of_one_exercise_are_pairs() -> None:
    def solved(code: list[int]) -> Namesakes:
        made = Namesakes()
        task = Function("p", "go", "a.go", "exercise", "", "two-fer", "", "", is_test=False)
        made.add(task, [], code)
        return made

    (whole, parts) = same_tasks([solved([1, 2, 3, 4]), solved([5, 6, 7])], random.Random(0))
    assert (whole.left, whole.right) == ([1, 2, 3, 4], [5, 6, 7])
    assert set(parts.left) < {1, 2, 3, 4}
    kept = Pairs()
    kept.add(Kind.TASK, 0, whole.left, [5, 6, 7])
    assert not kept.kinds  # three pieces mean nothing


def test_a_repository_of_exercises_is_read_with_its_instructions(tmp_path: Path) -> None:
    folder = tmp_path / "track" / "exercises" / "practice" / "two-fer"
    texts = {
        ".docs/instructions.md": "# Instructions\n\nGive away the extra cookie.\n",
        ".meta/example.py": "def two_fer(name='you'):\n    return f'One for {name}, one for me.'\n",
    }
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git = ["git", "-C", str(tmp_path / "track"), "-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *command], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    place = tmp_path / "track" / ".git" / f"{commit.stdout.strip()}.git"
    found = {f.kind: f for f in functions_of(place, "track")}
    assert found["function"].name == "two_fer"
    assert (found["exercise"].name, found["exercise"].doc) == (
        "two-fer",
        "Give away the extra cookie.",
    )
