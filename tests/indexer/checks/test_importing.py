"""*Import the existing function*: what becomes of the two files, and when nothing is offered."""

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import pytest
from flames_indexer.fixes import import_existing

Repository = Callable[..., Any]
DOES = "{word} {name}(words{typed}){open}\n    {let}out = sorted(words){end}\n    return out{end}\n{close}"
PYTHON = {"word": "def", "typed": "", "open": ":", "let": "", "end": "", "close": ""}
SCRIPT = {"word": "function", "typed": ": string[]", "open": " {", "let": "const ", "end": ";"}
SCRIPT["close"] = "}\n"


def after(repository: Repository, files: dict[str, str], name: str = "listed") -> dict[str, str]:
    """Every file that the fix of the second one changes, as it is then; the model is in the first
    one."""
    made = repository(files)
    there, here = list(files)[:2]
    model, copy = made.snapshot.symbol(f"{there}::{name}"), made.snapshot.symbol(f"{here}::{name}")
    fix = import_existing(made.snapshot, copy, copy.name_span.start, model)
    texts = {path: text.encode() for path, text in files.items()}
    for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True) if fix else ():
        path, start, end = edit.span.path, edit.span.start, edit.span.end
        texts[path] = texts[path][:start] + edit.text.encode() + texts[path][end:]
    changed = {edit.span.path for edit in fix.edits} if fix else ()
    return {path: texts[path].decode() for path in changed}


def python(name: str = "listed") -> str:
    return DOES.format(name=name, **PYTHON)


def script(name: str = "listed") -> str:
    return DOES.format(name=name, **SCRIPT)


def test_a_second_one_goes(repository: Repository) -> None:
    page = (
        f"import os\n\nMOST = 3\n\n\n# as text has it\n{python()}\n\n"
        "def page(path):\n    return listed(os.listdir(path))\n"
    )
    assert after(repository, {"text.py": python(), "page.py": page}) == {
        "page.py": "import os\n\nfrom text import listed\n\nMOST = 3\n\n\n"
        "def page(path):\n    return listed(os.listdir(path))\n"
    }


def test_the_last_one_of_a_file_goes(repository: Repository) -> None:
    page = f"def page(path):\n    return listed(path)\n\n\n{python()}"
    found = after(repository, {"text.py": python(), "page.py": page})
    assert found["page.py"] == (
        "from text import listed\n\n\ndef page(path):\n    return listed(path)\n"
    )


OFFERED = "\nexport const all = listed([]);\n"


def test_a_script_of_a_page_offers_nothing(repository: Repository) -> None:
    page = f"import fs from 'fs';\n\n{script()}\nexport const page = listed(fs.all());\n"
    assert after(repository, {"text.ts": script(), "page.ts": page}) == {}


def test_a_module_comes_to_export_what_it_has(repository: Repository) -> None:
    page = f"import fs from 'fs';\n\n{script()}\nexport const page = listed(fs.all());\n"
    assert after(repository, {"text.ts": f"{script()}{OFFERED}", "page.ts": page}) == {
        "text.ts": f"export {script()}{OFFERED}",
        "page.ts": "import fs from 'fs';\nimport { listed } from './text';\n\n"
        "export const page = listed(fs.all());\n",
    }


def test_what_is_exported_already_is_imported(repository: Repository) -> None:
    page = f"import fs from 'fs';\n\n{script()}\nexport const page = listed(fs.all());\n"
    found = after(repository, {"text.ts": f"export {script()}", "page.ts": page})
    assert list(found) == ["page.ts"]


USED = "\n\ndef page(path):\n    return listed(path)\n"


@pytest.mark.parametrize(
    "page",
    [
        python(),  # nothing uses it
        python().replace("(words)", "(words, key=None)", 1) + USED,
        python().replace("words", "rows") + USED,  # may be called by name
        python().replace("sorted", "list") + USED,
        f"@cached\n{python()}{USED}",
        f"if FAST:\n{dedent(python())}{USED}".replace("\n    ", "\n        ").replace(
            "\ndef listed", "\n    def listed"
        ),
        f"{python()}listed = cached(listed){USED}",
    ],
)
def test_what_may_mean_something_else_stays(repository: Repository, page: str) -> None:
    assert after(repository, {"text.py": python(), "page.py": page}) == {}


def test_what_others_have_from_there_stays(repository: Repository) -> None:
    files = {"text.py": python(), "page.py": python() + USED}
    assert after(repository, {**files, "c.py": "from page import listed\nlisted([])\n"}) == {}


@pytest.mark.parametrize("head", ["const fs = require('fs');\n\n", "export "])
def test_what_is_offered_in_another_way_stays(repository: Repository, head: str) -> None:
    tail = "\nmodule.exports = { other };\n" if "require" in head else ""
    model = head.replace("export ", "") + DOES.format(name="listed", **{**SCRIPT, "typed": ""})
    page = head + DOES.format(name="listed", **{**SCRIPT, "typed": ""}) + "\nlisted([]);\n" + tail
    assert after(repository, {"text.js": model + tail, "page.js": page}) == {}
