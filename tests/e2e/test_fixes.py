"""What the editor offers where a finding is, and what choosing it makes of the files."""

import subprocess

import pytest
from actions import chosen, edits_of, offered, replaced
from lsprotocol import types as t
from pygls.exceptions import JsonRpcException

CALLERS = """--- lib.py
def send(message):
    return message
--- app.py
from lib import send

send("a")
--- jobs/later.py
from lib import send

send("b")
send("c")
"""
CHANGED = "def send(message, timeout):\n    return message\n"


def plain(capabilities: t.ClientCapabilities) -> None:
    """A client that knows nothing but lists of edits."""
    capabilities.text_document.code_action.resolve_support = None
    capabilities.workspace.workspace_edit = None


async def changed(editors, folder, **options):
    editor = await editors(folder, **options)
    await editor.indexed()
    uri = editor.open(folder / "lib.py")
    shown = await editor.findings(uri, editor.replace(uri, CHANGED))
    assert [one.code for one in shown] == ["broken-callers"]
    return editor, uri, shown


async def test_a_broken_contract_can_be_mended_in_either_place(editors, repository):
    folder = repository(CALLERS)
    editor, uri, shown = await changed(editors, folder)
    actions = await offered(editor, uri, shown)
    assert [action.title for action in actions[:2]] == [
        "Make `timeout` optional, so that nothing breaks",
        "Update 3 calls of `send`",
    ]
    assert all(action.edit is None for action in actions[:2])
    edit = await chosen(editor, uri, shown, "optional")
    assert replaced(CHANGED, edits_of(edit)[uri]).startswith("def send(message, timeout=None):")
    assert [note.needs_confirmation for note in edit.change_annotations.values()] == [False]


async def test_callers_in_files_that_are_not_open_are_updated_after_a_look(editors, repository):
    folder = repository(CALLERS)
    editor, uri, shown = await changed(editors, folder)
    app = editor.open(folder / "app.py")
    edit = await chosen(editor, uri, shown, "Update")
    later = (folder / "jobs/later.py").as_uri()
    texts = {u: replaced(texts_of(folder, u), edits) for u, edits in edits_of(edit).items()}
    assert texts == {
        app: 'from lib import send\n\nsend("a", None)\n',
        later: 'from lib import send\n\nsend("b", None)\nsend("c", None)\n',
    }
    versions = {one.text_document.uri: one.text_document.version for one in edit.document_changes}
    assert versions == {app: 1, later: None}
    asked = [
        (one.annotation_id, one.new_text)
        for document in edit.document_changes
        for one in document.edits
        if edit.change_annotations[one.annotation_id].needs_confirmation
    ]
    assert asked == [("flames.look", "")], "what has to be confirmed is not ticked in a preview"


def texts_of(folder, uri: str) -> str:
    (file,) = [file for file in folder.rglob("*.py") if file.as_uri() == uri]
    return file.read_text()


async def test_a_plain_client_gets_the_edits_at_once(editors, repository):
    folder = repository(CALLERS)
    editor, uri, shown = await changed(editors, folder, able=plain)
    (_, update) = (await offered(editor, uri, shown))[:2]
    assert set(update.edit.changes) == {(folder / p).as_uri() for p in ("app.py", "jobs/later.py")}


async def test_an_action_whose_occasion_has_passed_is_refused(editors, repository):
    folder = repository(CALLERS)
    editor, uri, shown = await changed(editors, folder)
    update = (await offered(editor, uri, shown))[1]
    await editor.diagnostics(uri, editor.replace(uri, "def send(message):\n    return 1\n"))
    with pytest.raises(JsonRpcException, match="changed since"):
        await editor.client.code_action_resolve_async(update)


async def test_the_old_name_stays_as_an_alias(editors, repository):
    folder = repository(CALLERS)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "lib.py")
    renamed = "def post(message):\n    return message\n"
    shown = await editor.findings(uri, editor.replace(uri, renamed))
    edit = await chosen(editor, uri, shown, "deprecated alias")
    text = replaced(renamed, edits_of(edit)[uri])
    assert "\nsend = post  # deprecated: use post" in text
    await editor.cleared(uri, editor.replace(uri, text))


LINES = """
    rows = []
    for invoice in {name}:
        if invoice.deleted:
            continue
        rows.append((invoice.number, invoice.total.rounded(2), invoice.customer.name))
        if invoice.notes:
            rows.append(("", "", invoice.notes.strip()))
    rows.sort(key=lambda row: row[0])
    return rows
"""
COPIES = (
    "--- shop/__init__.py\n--- shop/export.py\ndef rows_of(invoices):"
    + LINES.format(name="invoices")
    + "--- shop/report.py\nTITLE = 1\n"
)
COPY = "TITLE = 1\n\n\ndef table(orders):" + LINES.format(name="orders").replace("rows", "lines")


def shows_both(capabilities: t.ClientCapabilities) -> None:
    names = ["flames.openBoth", "flames.explain"]
    capabilities.experimental = {"commands": {"commands": names}}


async def copied(editors, folder, **options):
    editor = await editors(folder, **options)
    await editor.indexed()
    uri = editor.open(folder / "shop/report.py")
    shown = await editor.findings(uri, editor.replace(uri, COPY))
    assert [one.code for one in shown] == ["parallel-logic"]
    return editor, uri, shown


async def test_a_copy_becomes_a_call(editors, repository):
    editor, uri, shown = await copied(editors, repository(COPIES))
    edit = await chosen(editor, uri, shown, "Use `rows_of` of shop/export.py in `table`")
    text = replaced(COPY, edits_of(edit)[uri])
    assert text == (
        "from shop.export import rows_of\n\n\nTITLE = 1\n\n\n"
        "def table(orders):\n    return rows_of(orders)\n"
    )
    await editor.cleared(uri, editor.replace(uri, text))


async def test_a_copy_of_the_same_name_goes(editors, repository):
    folder = repository(COPIES)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "shop/report.py")
    copy = f"TITLE = 1\n\n\ndef rows_of(invoices):{LINES.format(name='invoices')}\n\nrows_of([])\n"
    shown = await editor.findings(uri, editor.replace(uri, copy))
    edit = await chosen(editor, uri, shown, "Import `rows_of` of shop/export.py in place of this")
    text = replaced(copy, edits_of(edit)[uri])
    assert text == "from shop.export import rows_of\n\n\nTITLE = 1\n\n\nrows_of([])\n"
    await editor.cleared(uri, editor.replace(uri, text))


async def test_every_finding_can_be_ignored_with_a_reason(editors, repository):
    editor, uri, shown = await copied(editors, repository(COPIES))
    edit = await chosen(editor, uri, shown, "Ignore parallel-logic here")
    text = replaced(COPY, edits_of(edit)[uri])
    assert "\n# flames: ignore[parallel-logic] reason\ndef table" in text
    await editor.cleared(uri, editor.replace(uri, text))


async def test_a_dismissed_finding_stays_away_and_can_be_restored(editors, repository):
    folder = repository(COPIES)
    editor, uri, shown = await copied(editors, folder)
    (action,) = [a for a in await offered(editor, uri, shown) if a.title.startswith("Dismiss")]
    assert await editor.command(action.command.command, *action.command.arguments) is True
    await editor.cleared(uri, 2)
    assert not await editor.command(action.command.command, *action.command.arguments)


async def test_places_are_opened_side_by_side_by_clients_that_can(editors, repository):
    folder = repository(COPIES)
    editor, uri, shown = await copied(editors, folder, able=shows_both)
    commands = [a.command for a in await offered(editor, uri, shown) if a.command]
    assert [c.command for c in commands] == ["flames.openBoth", "flames.explain", "flames.dismiss"]
    both = commands[0].arguments[0]
    assert both["left"]["uri"] == uri
    assert both["right"]["uri"] == (folder / "shop/export.py").as_uri()


async def test_a_client_that_cannot_is_not_offered_it(editors, repository):
    editor, uri, shown = await copied(editors, repository(COPIES))
    commands = [a.command.command for a in await offered(editor, uri, shown) if a.command]
    assert commands == ["flames.dismiss"]


SIBLINGS = "".join(
    f'def {name}(invoices):{LINES.format(name="invoices")}\n\n'.replace("rounded(2)", rounded)
    .replace("return rows", f'log("{name} done", len(rows), rows[0], rows[-1])\n    return rows')
    .replace("rows.sort(key=lambda row: row[0])", "rows.sort(key=lambda row: row[0])\n"
             "    for row in rows:\n        if row[2] and row[1]:\n            row[2].seen(row[0])")
    for name, rounded in (("paid_rows", "rounded(2)"), ("open_rows", "rounded(2)"))
)  # fmt: skip


async def test_siblings_that_differ_in_a_value_call_a_new_function(editors, repository):
    folder = repository("--- shop.py\nTITLE = 1\n")
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "shop.py")
    shown = await editor.findings(uri, editor.replace(uri, SIBLINGS))
    edit = await chosen(editor, uri, shown, "share into `_rows_shared`")
    text = replaced(SIBLINGS, edits_of(edit)[uri])
    assert 'return _rows_shared(invoices, text="paid_rows done")' in text
    assert text.count("for invoice in invoices") == 1


async def test_a_file_that_was_written_since_is_not_written_twice(editors, repository):
    """By a client that writes to files which are not open, and says nothing of it."""
    folder = repository(CALLERS)
    editor, uri, shown = await changed(editors, folder)
    edit = await chosen(editor, uri, shown, "Update")
    for written, edits in edits_of(edit).items():
        text = replaced(texts_of(folder, written), edits)
        (file,) = [file for file in folder.rglob("*.py") if file.as_uri() == written]
        file.write_text(text)
    with pytest.raises(JsonRpcException, match="changed since"):
        await chosen(editor, uri, shown, "Update")


async def test_callers_are_told_when_another_program_changes_what_they_call(editors, repository):
    """And they are left alone once nothing breaks any more."""
    folder = repository(CALLERS)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "agreed"]):
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words]
        subprocess.run(git, cwd=folder, check=True)
    editor = await editors(folder)
    await editor.indexed()
    app = editor.open(folder / "app.py")
    assert await editor.diagnostics(app, 1) == []
    (folder / "lib.py").write_text(CHANGED)
    (told,) = await editor.findings(app, 1)
    assert (told.code, told.range.start.line) == ("broken-callers", 2)
    (folder / "lib.py").write_text(CHANGED.replace("timeout", "timeout=None"))
    await editor.until(lambda: not editor.published[app][-1].diagnostics)
