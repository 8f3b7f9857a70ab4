"""What an editor gets from a real server with a real index."""

import pytest
from lsprotocol import types as t

SHOP = """--- shop/price.py
def price_of(item):
    return item.price

def _private(item):
    return price_of(item)
--- shop/cart.py
from shop.price import price_of

def total(items):
    return sum(price_of(item) for item in items)

def cheapest(items):
    return min(price_of(item) for item in items)
--- shop/__init__.py
--- tests/test_price.py
from shop.price import price_of

def test_price():
    assert price_of(thing()) == 1
"""

# Two functions that do one thing, in two files.
COPIES = """--- billing.py
import json

def load_invoices(path, limit):
    found = []
    with open(path) as stream:
        for line in stream:
            row = json.loads(line)
            if row.get("deleted"):
                continue
            row["total"] = sum(part["amount"] for part in row["parts"])
            found.append(normalise(row))
            if len(found) >= limit:
                break
    found.sort(key=lambda row: row["total"])
    return found

def normalise(row):
    return {key.lower(): value for key, value in row.items()}

def report(path):
    return load_invoices(path, 10) + load_invoices(path, 20)
--- orders.py
import json
from billing import normalise
"""
COPY = """
def read_orders(file, most):
    result = []
    with open(file) as handle:
        for text in handle:
            order = json.loads(text)
            if order.get("deleted"):
                continue
            order["total"] = sum(part["amount"] for part in order["parts"])
            result.append(normalise(order))
            if len(result) >= most:
                break
    result.sort(key=lambda order: order["total"])
    return result
"""


def lens(uri: str) -> t.CodeLensParams:
    return t.CodeLensParams(t.TextDocumentIdentifier(uri))


async def test_the_first_hover_comes_before_the_index_and_says_so(editors, repository):
    folder = repository(SHOP)
    editor = await editors(folder)
    uri = editor.open(folder / "shop/price.py")
    hover = await editor.hover(uri, 0, 6)
    assert "`price_of`" in hover
    await editor.indexed()
    assert "index building" not in await editor.hover(uri, 0, 6)


async def test_a_hover_counts_links_and_names_what_it_does_not_cover(editors, repository):
    folder = repository(SHOP + "--- broken.py\ndef (:\n")
    editor = await editors(folder)
    uri = editor.open(folder / "shop/price.py")
    await editor.indexed()
    hover = await editor.hover(uri, 0, 6)
    assert "used by 3 callers in 3 files, 1 test" in hover
    assert f"[`total`]({(folder / 'shop/cart.py').as_uri()}#L4)" in hover
    assert "1 file did not parse" in hover


async def test_a_hover_on_a_use_is_that_of_the_definition(editors, repository):
    folder = repository(SHOP)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "shop/cart.py")
    await editor.diagnostics(uri, 1)
    assert "function `price_of`" in await editor.hover(uri, 3, 17)
    assert await editor.hover(uri, 2, 1) == ""


async def test_lenses_count_above_a_threshold_and_not_for_private(editors, repository):
    folder = repository(SHOP)
    editor = await editors(folder)
    uri = editor.open(folder / "shop/price.py")
    await editor.indexed()
    found, tests = await editor.client.text_document_code_lens_async(lens(uri))
    assert found.command.title == "3 callers · 3 files · 1 test"
    assert found.range.start.line == 0
    listed = await editor.command(found.command.command, *found.command.arguments)
    assert len(listed["dependents"]) >= 4
    assert (tests.command.title, tests.range) == ("show tests", found.range)
    shown = await editor.command(tests.command.command, *tests.command.arguments)
    assert [test["run"] for test in shown["tests"]] == ["tests/test_price.py::test_price"]


async def test_settings_change_lenses_without_a_restart(editors, repository):
    folder = repository(SHOP)
    editor = await editors(folder)
    uri = editor.open(folder / "shop/price.py")
    await editor.indexed()
    editor.client.set_configuration({"lens": {"tests": False}}, section="flames")
    editor.client.workspace_did_change_configuration(t.DidChangeConfigurationParams(None))
    titles = []
    while titles != ["3 callers · 3 files"]:  # the settings are pulled in their own time
        found = await editor.client.text_document_code_lens_async(lens(uri))
        titles = [one.command.title for one in found]


async def test_a_copy_is_reported_while_it_is_typed_and_gone_when_it_is_undone(editors, repository):
    folder = repository(COPIES)
    editor = await editors(folder)
    uri = editor.open(folder / "orders.py")
    await editor.indexed()
    before = (folder / "orders.py").read_text()
    found = await editor.diagnostics(uri, editor.replace(uri, before + COPY))
    assert [(one.code, one.source, one.severity) for one in found] == [
        ("parallel-logic", "flames", t.DiagnosticSeverity.Warning)
    ]
    assert found[0].range.start == t.Position(3, 4)
    (related,) = found[0].related_information
    assert related.location.uri == (folder / "billing.py").as_uri()
    assert related.location.range.start.line == 2
    assert await editor.diagnostics(uri, editor.replace(uri, before)) == []


async def test_a_finding_leads_to_its_rules_manual_page(editors, repository):
    folder = repository(COPIES)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "orders.py", COPY)
    (found,) = await editor.diagnostics(uri, 1)
    page = found.code_description.href.removeprefix("file://")
    with open(page) as text:  # noqa: PTH123 - a URI's path
        assert text.read().startswith("# parallel-logic")


async def test_a_hover_names_what_is_similar(editors, repository):
    folder = repository(COPIES)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "orders.py", COPY)
    await editor.diagnostics(uri, 1)
    assert "similar: [`load_invoices`]" in await editor.hover(uri, 1, 6)


async def test_similar_code_is_found_from_an_untitled_document(editors, repository):
    folder = repository(COPIES)
    editor = await editors(folder)
    await editor.indexed()
    item = t.TextDocumentItem("untitled:Untitled-1", "python", 1, COPY)
    editor.client.text_document_did_open(t.DidOpenTextDocumentParams(item))
    asked = {"uri": item.uri, "position": {"line": 2, "character": 0}}
    found = await editor.command("flames.findSimilar", asked)
    assert found["matches"][0]["symbol"] == "billing.py::load_invoices"
    assert item.uri not in editor.published


async def test_callers_and_callees_one_step_at_a_time(editors, repository):
    folder = repository(SHOP)
    editor = await editors(folder)
    uri = editor.open(folder / "shop/cart.py")
    await editor.indexed()
    client = editor.client
    (item,) = await client.text_document_prepare_call_hierarchy_async(
        t.CallHierarchyPrepareParams(t.TextDocumentIdentifier(uri), t.Position(3, 17))
    )
    assert (item.name, item.detail) == ("price_of", "shop/price.py")
    calls = await client.call_hierarchy_incoming_calls_async(
        t.CallHierarchyIncomingCallsParams(item)
    )
    assert {call.from_.name for call in calls} == {"total", "cheapest", "_private", "test_price"}
    total = next(call.from_ for call in calls if call.from_.name == "total")
    called = await client.call_hierarchy_outgoing_calls_async(
        t.CallHierarchyOutgoingCallsParams(total)
    )
    assert [(call.to.name, call.from_ranges[0].start.line) for call in called] == [("price_of", 3)]


async def test_reindex_shows_progress_and_answers_with_a_summary(editors, repository):
    folder = repository(SHOP)
    editor = await editors(folder)
    await editor.indexed()
    editor.progress.clear()
    summary = await editor.command("flames.reindex", {"full": True})
    assert summary["files"] == 4
    await editor.until(lambda: any(told["kind"] == "end" for told in editor.progress))
    assert editor.progress[0]["kind"] == "begin"
    assert editor.progress[0]["cancellable"]


async def test_a_change_outside_the_editor_is_noticed(editors, repository):
    folder = repository(SHOP)
    editor = await editors(folder)
    uri = editor.open(folder / "shop/price.py")
    await editor.indexed()
    more = "from shop.price import price_of\ndef extra(i): return price_of(i)\n"
    (folder / "shop" / "more.py").write_text(more)
    await editor.indexed("5 files indexed")
    assert "used by 4 callers in 4 files" in await editor.hover(uri, 0, 6)


async def test_two_folders_never_mix(editors, repository):
    shop, copies = repository(SHOP), repository(COPIES, "other")
    (copies / "price.py").write_text("def price_of(item):\n    return 1\n")
    editor = await editors(shop, copies)
    uri = editor.open(copies / "price.py")
    await editor.indexed()
    assert "no callers found" in await editor.hover(uri, 0, 6)
    event = t.WorkspaceFoldersChangeEvent([], [t.WorkspaceFolder(copies.as_uri(), "other")])
    editor.client.workspace_did_change_workspace_folders(t.DidChangeWorkspaceFoldersParams(event))
    await editor.indexed("4 files indexed")
    assert await editor.hover(uri, 0, 6) == ""


async def test_two_editors_on_one_folder_both_answer(editors, repository):
    folder = repository(SHOP)
    first, second = await editors(folder), await editors(folder, like="neovim")
    for editor in (first, second):
        await editor.indexed("4 files indexed")
        uri = editor.open(folder / "shop/price.py")
        await editor.diagnostics(uri, 1)
        assert "used by 3 callers" in await editor.hover(uri, 0, 6)


@pytest.mark.parametrize("like", ["visual-studio-code", "neovim", "emacs"])
async def test_columns_are_counted_as_each_editor_counts_them(editors, repository, like):
    folder = repository("""--- a.py
def f(): pass
def caller(): return "é😀", f()
""")
    editor = await editors(folder, like=like)
    uri = editor.open(folder / "a.py")
    await editor.indexed()
    encoding = editor.client.capabilities.general
    utf8 = encoding and "utf-8" in (encoding.position_encodings or [])[:1]
    character = 31 if utf8 else 28
    assert "function `f`" in await editor.hover(uri, 1, character)
