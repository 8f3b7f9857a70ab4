"""Calling what another file has: the import it takes, in the way the file writes its own."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from fixture import read_fixture
from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.index import Index, Snapshot
from flames_indexer.insertion import insertion

Asked = Callable[..., str | None]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Files and a symbol: what is written to call it at the end of the file with the cursor, behind
    the text of that file with its imports; None where nothing can be."""
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "cache"))

    def asked(text: str, symbol: str, *, freed: str = "", unsaved: dict[str, str] | None = None):
        fixture = read_fixture(text)
        root = tmp_path / "repository"
        for name, source in fixture.files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(source)
        config, _ = load(root)
        build(root, config)
        snapshot = Snapshot.of(Index.open(root, config))
        for name, source in (unsaved or {}).items():
            snapshot = snapshot.with_edit(name, source.encode(), 1)
        assert fixture.cursor is not None
        path = fixture.cursor[0]
        target = snapshot.symbol(symbol)
        assert target is not None
        found = insertion(snapshot, path, target, freed=freed)
        if found is None:
            return None
        source = fixture.files[path]
        for edit in reversed(found.imports):
            source = source[: edit.span.start] + edit.text.encode() + source[edit.span.end :]
        return f"{source.decode()}=> {found.name}({', '.join(found.parameters)})"

    return asked


def said(text: str) -> str:
    return dedent(text).lstrip("\n").rstrip("\n")


TEXT = """\
    --- shop/__init__.py
    --- shop/text.py
    def slugify(title, limit=60): return title
    def titled(text): return text
    def _inner(): pass
    class Slug:
        def join(self): pass
    --- shop/money.py
    def rounded(price): return price
"""
SLUGIFY = "shop/text.py::slugify"


def test_in_one_file_nothing_is_imported(call: Asked):
    found = call("--- a.py\n$0def f(x, *, y): pass\n", "a.py::f")
    assert found == "def f(x, *, y): pass\n=> f(x)"


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ("", "from shop.text import slugify\n"),
        ("x = 1\n", "from shop.text import slugify\n\n\nx = 1\n"),
        (
            "#!/usr/bin/python\n# A page.\nx = 1\n",
            "#!/usr/bin/python\n# A page.\nfrom shop.text import slugify\n\n\nx = 1\n",
        ),
        ('"""Pages."""\n\nx = 1\n', '"""Pages."""\n\nfrom shop.text import slugify\n\nx = 1\n'),
        ("import os\n\nx = 1\n", "import os\n\nfrom shop.text import slugify\n\nx = 1\n"),
        (
            "import os\n\nfrom shop.money import rounded\nfrom shop.web import page\n",
            "import os\n\nfrom shop.money import rounded\nfrom shop.text import slugify\n"
            "from shop.web import page\n",
        ),
        (
            "from shop.money import rounded\n\ndef f():\n    import late\n",
            "from shop.money import rounded\nfrom shop.text import slugify\n\ndef f():\n"
            "    import late\n",
        ),
        ("from shop.text import titled\n", "from shop.text import slugify, titled\n"),
        ("from shop.text import Slug as S\n", "from shop.text import Slug as S, slugify\n"),
        (
            "from shop.text import (\n    Slug,\n    titled,\n)\n",
            "from shop.text import (\n    Slug,\n    slugify,\n    titled,\n)\n",
        ),
        (
            "from os import (\n    path,\n    sep,\n)\n",
            "from os import (\n    path,\n    sep,\n)\n\nfrom shop.text import slugify\n",
        ),
        (
            "from .money import rounded\n",
            "from .money import rounded\nfrom .text import slugify\n",
        ),
        ("import os\r\n", "import os\r\n\r\nfrom shop.text import slugify\r\n"),
    ],
)
def test_an_import_is_added_as_the_file_writes_its_own(call: Asked, top: str, expected: str):
    fixture = dedent(TEXT) + "--- shop/web.py\npage = 1\n--- shop/pages.py\n$0" + top
    assert call(fixture, SLUGIFY) == f"{expected}=> slugify(title)"


@pytest.mark.parametrize(
    ("top", "name"),
    [
        ("from shop.text import slugify as slug\n", "slug"),
        ("from shop import text\n", "text.slugify"),
        ("import shop.text\n", "shop.text.slugify"),
        ("import shop.text as t\n", "t.slugify"),
    ],
)
def test_what_is_imported_already_is_used(call: Asked, top: str, name: str):
    assert call(f"{TEXT}    --- a.py\n    $0{top}", SLUGIFY) == f"{top}=> {name}(title)"


def test_an_import_for_type_checkers_does_not_count(call: Asked):
    top = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from shop.text import slugify\n"
    found = call(f"{dedent(TEXT)}--- a.py\n$0{top}", SLUGIFY, freed="slugify")
    assert found is not None
    assert "TYPE_CHECKING\n\nfrom shop.text import slugify\nif" in found


@pytest.mark.parametrize(
    ("own", "symbol"),
    [
        ("x = 1\n", "shop/text.py::_inner"),
        ("x = 1\n", "shop/text.py::Slug.join"),
        ("slugify = 1\n", SLUGIFY),
    ],
)
def test_what_is_private_inside_of_something_or_hidden_by_a_name_is_not(call, own, symbol):
    assert call(f"{dedent(TEXT)}--- a.py\n$0{own}", symbol) is None


def test_a_name_that_is_about_to_go_hides_nothing(call: Asked):
    found = call(f"{dedent(TEXT)}--- a.py\n$0def slugify(): pass\n", SLUGIFY, freed="slugify")
    assert found is not None
    assert found.startswith("from shop.text import slugify\n\n\ndef")


def test_all_says_what_is_offered(call: Asked):
    files = "--- a.py\n__all__ = ['f']\ndef f(): pass\ndef g(): pass\n--- b.py\n$0"
    assert call(files, "a.py::g") is None
    assert call(files, "a.py::f") == "from a import f\n=> f()"


CIRCLE = """\
    --- shop/__init__.py
    --- shop/text.py
    from shop import words
    def slugify(): pass
    --- shop/words.py
    {how}
    --- shop/pages.py
    $0
"""


@pytest.mark.parametrize("how", ["import shop.pages", "def f():\n        from shop import pages"])
def test_no_import_makes_a_circle(call: Asked, how: str):
    assert call(CIRCLE.format(how=how), SLUGIFY) is None


@pytest.mark.parametrize("how", ["import os", "if TYPE_CHECKING:\n        import shop.pages"])
def test_but_one_of_files_that_do_not_come_back_is_fine(call: Asked, how: str):
    head = "from typing import TYPE_CHECKING\n    "
    assert call(CIRCLE.format(how=head + how), SLUGIFY) is not None


def test_a_package_that_imports_the_file_makes_a_circle(call: Asked):
    files = """\
        --- shop/__init__.py
        import start
        --- shop/text.py
        def slugify(): pass
        --- start.py
        $0
        """
    assert call(files, SLUGIFY) is None


def test_an_unsaved_import_makes_a_circle_too(call: Asked):
    files = f"{dedent(TEXT)}--- shop/pages.py\n$0x = 1\n"
    unsaved = {"shop/text.py": "import shop.pages\ndef slugify(): pass\n"}
    assert call(files, SLUGIFY, unsaved=unsaved) is None


CART = "--- web/cart.ts\nexport function total(prices: number[], tax?: number) {}\n"


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ("", 'import { total } from "./cart";\n'),
        ("const x = 1\n", 'import { total } from "./cart"\n\nconst x = 1\n'),
        (
            "import a from './a';\nimport b from './b';\n\nconst x = 1;\n",
            "import a from './a';\nimport b from './b';\nimport { total } from './cart';\n\n"
            "const x = 1;\n",
        ),
        ("import { other } from './cart'\n", "import { other, total } from './cart'\n"),
        (
            'import {\n  other as o,\n} from "./cart";\n',
            'import {\n  other as o,\n  total,\n} from "./cart";\n',
        ),
        (
            'import { a } from "./a.js"\n',
            'import { a } from "./a.js"\nimport { total } from "./cart.js"\n',
        ),
    ],
)
def test_an_ecmascript_import_is_written_as_the_others_are(call: Asked, top: str, expected: str):
    found = call(
        f"{CART}--- web/a.ts\n--- web/b.ts\n--- web/checkout.ts\n$0{top}", "web/cart.ts::total"
    )
    assert found == f"{expected}=> total(prices)"


def test_a_default_export_is_imported_whole(call: Asked):
    files = "--- lib/slug.js\nexport default function slug(s) {}\n--- web/page.js\n$0const x = 1;\n"
    found = call(files, "lib/slug.js::slug")
    assert found == 'import slug from "../lib/slug";\n\nconst x = 1;\n=> slug(s)'


@pytest.mark.parametrize(
    ("exports", "asked"),
    [("module.exports = slug", "slug"), ("module.exports = { slug }", "{ slug }"),
     ("exports.slug = slug", "{ slug }")],
)  # fmt: skip
def test_common_js_is_required(call: Asked, exports: str, asked: str):
    files = (
        f"--- slug.js\nfunction slug(s) {{}}\n{exports};\n"
        "--- page.js\n$0'use strict';\nconst fs = require('fs');\n"
    )
    line = f"const {asked} = require('./slug');"
    assert call(files, "slug.js::slug") == (
        f"'use strict';\nconst fs = require('fs');\n{line}\n=> slug(s)"
    )


def test_what_a_file_does_not_export_cannot_be_called(call: Asked):
    files = "--- slug.ts\nfunction slug() {}\nexport const x = 1\n--- page.ts\n$0"
    assert call(files, "slug.ts::slug") is None


def test_languages_do_not_mix(call: Asked):
    assert call("--- slug.ts\nexport function slug() {}\n--- a.py\n$0", "slug.ts::slug") is None


PACKAGES = """\
    --- kit/package.json
    {"name": "@shop/kit", "main": "src/index.ts"}
    --- kit/src/index.ts
    export function slug(s: string) {}
    --- kit/src/inner.ts
    export function deep(s: string) {}
    --- kit/src/esm/package.json
    {"type": "module"}
    --- kit/src/esm/near.ts
    export function near(s: string) {}
    --- app/package.json
    {"name": "app", "dependencies": {%s}}
    --- app/src/other.ts
    export function slug() {}
    --- app/src/page.ts
    """


@pytest.mark.parametrize(
    ("asked", "symbol", "expected"),
    [
        ('"@shop/kit": "workspace:*"', "index.ts::slug", 'import { slug } from "@shop/kit";\n\n'),
        ("", "index.ts::slug", None),  # not a package that it depends on
        ('"@shop/kit": "*"', "inner.ts::deep", None),  # not what that package offers
    ],
)
def test_another_package_is_asked_by_its_name(call: Asked, asked: str, symbol: str, expected: str):
    found = call(dedent(PACKAGES) % asked + "$0const x = 1;\n", f"kit/src/{symbol}")
    assert (found and found.partition("const")[0]) == expected


def test_a_file_that_looks_into_another_package_may_again(call: Asked):
    top = 'import { deep } from "../../kit/src/inner";\n'
    found = call(dedent(PACKAGES) % "" + f"$0{top}", "kit/src/index.ts::slug")
    assert found is not None and 'import { slug } from "../../kit/src";\n' in found


def test_a_manifest_without_a_name_makes_no_package(call: Asked):
    text = dedent(PACKAGES) % ""
    found = call(
        text.replace("--- app/src/page.ts", "--- kit/a.ts") + "$0", "kit/src/esm/near.ts::near"
    )
    assert found == 'import { near } from "./src/esm/near";\n=> near(s)'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", None),
        ("--- tools/b/__init__.py\n", "from b.text import slug"),
        (
            "--- tools/b/other.py\n--- run.py\nimport tools.b.other\n",
            "from tools.b.text import slug",
        ),
    ],
)
def test_a_folder_that_nobody_imports_from_is_no_package(call: Asked, more: str, expected: str):
    text = f"{more}--- tools/b/text.py\ndef slug(s): pass\n--- tools/a/page.py\n$0x = 1\n"
    found = call(text, "tools/b/text.py::slug")
    assert (found and found.partition("\n")[0]) == expected
