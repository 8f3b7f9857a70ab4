"""What exists already, found from the editor: by name, by words, while something new is named."""

import pytest
from lsprotocol import types as t

TEXTS = """--- shop/__init__.py
--- shop/text.py
def slugify(title, max_length=60):
    \"\"\"A title as part of an address: lower case, words joined by hyphens.\"\"\"
    return "-".join(title.lower().split())[:max_length]


class Wrapper:
    def wrap_line(self, line):
        return line
--- shop/pages.py
import os

from shop.money import rounded
--- shop/money.py
def rounded(price):
    return round(price, 2)
--- tests/test_text.py
from shop.text import slugify


def test_slugify():
    assert slugify("A b") == "a-b"
"""


async def symbols(editor, query: str) -> list[t.WorkspaceSymbol]:
    params = t.WorkspaceSymbolParams(query)
    return await editor.client.workspace_symbol_async(params)


async def test_a_part_of_a_name_finds_the_symbol_before_its_tests(editors, repository):
    folder = repository(TEXTS)
    editor = await editors(folder)
    await editor.indexed()
    found = await symbols(editor, "slug")
    assert [one.name for one in found[:2]] == ["slugify", "test_slugify"]
    first = found[0]
    assert (first.kind, first.container_name) == (t.SymbolKind.Function, "shop/text.py")
    assert first.location.uri == (folder / "shop/text.py").as_uri()


async def test_a_member_is_found_by_owner_and_letters_in_order(editors, repository):
    editor = await editors(repository(TEXTS))
    await editor.indexed()
    (found,) = [one for one in await symbols(editor, "wrapper.wrl") if one.name == "wrap_line"]
    assert found.container_name == "Wrapper · shop/text.py"


async def test_words_find_what_does_it(editors, repository):
    editor = await editors(repository(TEXTS))
    await editor.indexed()
    found = await symbols(editor, "title as address with hyphens")
    assert found[0].name == "slugify"


async def test_an_unsaved_symbol_is_found_and_one_that_was_renamed_is_not(editors, repository):
    folder = repository(TEXTS)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "shop/money.py", "def halved(price):\n    return price / 2\n")
    await editor.diagnostics(uri, 1)
    assert [one.name for one in await symbols(editor, "halved")] == ["halved"]
    assert "rounded" not in [one.name for one in await symbols(editor, "rounded")]


@pytest.mark.parametrize("later", [True, False])
async def test_its_place_comes_with_it_or_when_it_is_asked_for(editors, repository, later):
    def able(client: t.ClientCapabilities) -> None:
        resolve = t.ClientSymbolResolveOptions(["location.range"]) if later else None
        client.workspace.symbol.resolve_support = resolve

    editor = await editors(repository(TEXTS), able=able)
    await editor.indexed()
    found = (await symbols(editor, "wrap_line"))[0]
    if later:
        assert isinstance(found.location, t.LocationUriOnly)
        found = await editor.client.workspace_symbol_resolve_async(found)
    assert found.location.range.start == t.Position(6, 8)


async def test_nothing_is_found_by_nothing(editors, repository):
    editor = await editors(repository(TEXTS))
    await editor.indexed()
    assert await symbols(editor, "") == []
    assert await symbols(editor, "qqzz") == []


def applied(text: str, edits: list[dict]) -> str:
    """`text` after the edits of an answer, which do not overlap."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:n])) for n in range(len(lines) + 1)]
    places = [
        (starts[p["start"]["line"]] + p["start"]["character"], e["newText"])
        for e in edits
        for p in [e["range"]]
    ]
    for at, new in sorted(places, reverse=True):
        text = text[:at] + new + text[at:]
    return text


async def test_what_exists_comes_with_its_signature_and_what_calling_it_takes(editors, repository):
    folder = repository(TEXTS)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "shop/pages.py")
    asked = {"text": "make an address of a title", "uri": uri}
    found = await editor.command("flames.findExisting", asked)
    best = found["matches"][0]
    assert best["symbol"] == "shop/text.py::slugify"
    assert best["signature"] == "slugify(title, max_length=60)"
    assert best["summary"].startswith("A title as part of an address")
    assert best["path"] == "shop/text.py"
    assert best["location"]["range"]["start"] == {"line": 0, "character": 4}
    assert best["insertion"]["call"] == "slugify()"
    assert applied((folder / "shop/pages.py").read_text(), best["insertion"]["imports"]) == (
        "import os\n\nfrom shop.money import rounded\nfrom shop.text import slugify\n"
    )


async def test_a_method_can_be_gone_to_but_not_inserted(editors, repository):
    folder = repository(TEXTS)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "shop/pages.py")
    found = await editor.command("flames.findExisting", {"text": "wrap_", "uri": uri})
    assert found["matches"][0]["name"] == "Wrapper.wrap_line"
    assert found["matches"][0]["reasons"] == ["its name begins so"]
    assert found["matches"][0]["insertion"] is None


async def test_what_exists_is_found_without_a_document(editors, repository):
    editor = await editors(repository(TEXTS))
    await editor.indexed()
    found = await editor.command("flames.findExisting", {"text": "round a price"})
    assert found["matches"][0]["symbol"] == "shop/money.py::rounded"
