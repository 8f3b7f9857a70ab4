"""What exists already, found from the editor: by name, by words, while something new is named."""

import pytest
from actions import chosen, edits_of, replaced
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


class Naming:
    """A file in which a function is being named."""

    def __init__(self, editor, file) -> None:
        self.editor, self.uri = editor, editor.open(file)

    async def typed(self, text: str) -> t.CompletionList:
        """What is offered at `$0`."""
        before, after = text.split("$0")
        self.text = before + after
        version = self.editor.replace(self.uri, self.text)
        await self.editor.diagnostics(self.uri, version)
        line = before.count("\n")
        at = t.Position(line, len(before) - before.rfind("\n") - 1)
        document = t.TextDocumentIdentifier(self.uri)
        return await self.editor.client.text_document_completion_async(
            t.CompletionParams(document, at)
        )

    def accepted(self, item: t.CompletionItem) -> str:
        """The text with an item taken."""
        edits = [*item.additional_text_edits, item.text_edit]
        return replaced(self.text, edits)


@pytest.fixture
async def naming(editors, repository):
    """Opens `shop/pages.py`, or another file, of the shop."""

    async def opened(fixture: str = TEXTS, file: str = "shop/pages.py", **options) -> Naming:
        folder = repository(fixture)
        editor = await editors(folder, **options)
        await editor.indexed()
        return Naming(editor, folder / file)

    return opened


async def test_a_function_being_named_meets_the_one_that_exists(naming):
    pages = await naming()
    found = await pages.typed("import os\n\n\ndef slugif$0")
    (item,) = found.items
    assert found.is_incomplete
    assert item.label == "exists: shop.text.slugify"
    assert item.detail == "slugify(title, max_length=60)"
    assert "A title as part of an address" in item.documentation.value
    assert pages.accepted(item) == (
        "import os\n\nfrom shop.text import slugify\n\n\nslugify(${1:title})"
    )


async def test_an_import_that_was_just_taken_back_is_added_again(naming):
    pages = await naming()
    for _ in range(5):
        await pages.typed("from shop.text import slugify\n\nslugify$0")
        (item,) = (await pages.typed("import os\n\n\ndef slugify$0")).items
        assert "from shop.text import slugify" in pages.accepted(item)


@pytest.mark.parametrize(
    "text",
    [
        "def slugify$0(title):\n    return title\n",  # it has a body: it is renamed
        "def slugify$0(title",  # past its name
        "x = slugify$0",
        "# def slugify$0",
        "@cached\ndef slugify$0",
        "class Page:\n    def slugify$0",
        "def to_words$0",
        "def slu$0",
    ],
)
async def test_it_stays_silent_elsewhere(naming, text: str):
    pages = await naming()
    assert not (await pages.typed(f"import os\n\n\n{text}")).items


@pytest.mark.parametrize(
    "text", ["def slugify$0():", "async def slugify$0()", "def f():\n    def slugify$0"]
)
async def test_what_an_editor_adds_by_itself_is_no_body(naming, text: str):
    pages = await naming()
    (item,) = (await pages.typed(text)).items
    assert pages.accepted(item).endswith("slugify(${1:title})")


async def test_what_would_import_in_a_circle_is_not_offered(naming):
    fixture = TEXTS.replace("--- shop/text.py\n", "--- shop/text.py\nimport shop.pages\n")
    pages = await naming(fixture)
    assert not (await pages.typed("def slugify$0")).items


async def test_a_name_that_many_functions_have_says_nothing(naming):
    many = "".join(f"--- tasks/m{n}.py\ndef run_task(): pass\n" for n in range(3))
    pages = await naming(TEXTS + many)
    assert not (await pages.typed("def run_task$0")).items


async def test_naming_is_left_alone_when_that_is_set(naming):
    pages = await naming(initialization_options={"completion": {"existing": False}})
    assert not (await pages.typed("def slugify$0")).items


CART = """--- web/cart.ts
/** What all of it costs. */
export function cartTotal(prices: number[], tax?: number): number {
  return prices.length;
}
--- web/checkout.ts
import { other } from "./other";
"""


async def test_a_typescript_function_being_named_meets_the_one_that_exists(naming):
    checkout = await naming(CART, "web/checkout.ts")
    found = await checkout.typed(
        'import { other } from "./other";\n\nexport function cartTotal$0() {}\n'
    )
    (item,) = found.items
    assert item.detail == "cartTotal(prices: number[], tax?: number): number"
    assert "What all of it costs." in item.documentation.value
    assert checkout.accepted(item) == (
        'import { other } from "./other";\nimport { cartTotal } from "./cart";\n\n'
        "cartTotal(${1:prices})\n"
    )


STUB = '''import os


def title_slug(text):
    """A title as part of an address: lower case, words joined by hyphens."""
'''


async def test_a_described_function_without_a_body_is_hinted_at_and_replaced(naming):
    pages = await naming()
    editor, uri = pages.editor, pages.uri
    shown = await editor.diagnostics(uri, editor.replace(uri, STUB))
    assert [(one.code, one.severity) for one in shown] == [
        ("already-exists", t.DiagnosticSeverity.Hint)
    ]
    assert shown[0].range.start == t.Position(3, 4)
    edit = await chosen(editor, uri, shown, "Use `slugify` of shop/text.py")
    assert replaced(STUB, edits_of(edit)[uri]) == (
        "import os\n\nfrom shop.text import slugify\n\n\nslugify(text)\n"
    )
    written = STUB + "    return text.upper()\n"
    assert await editor.diagnostics(uri, editor.replace(uri, written)) == []


async def test_the_hint_can_be_switched_off(naming):
    pages = await naming(initialization_options={"rules": {"already-exists": {"stage": "off"}}})
    editor, uri = pages.editor, pages.uri
    assert await editor.diagnostics(uri, editor.replace(uri, STUB)) == []
