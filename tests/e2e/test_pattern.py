"""How things are done here, asked from the editor."""

from lsprotocol import types as t

VIEWS = "--- web/__init__.py\n" + "".join(
    f"--- web/{name}.py\nfrom web import app, render\n\n\n"
    f'@app.route("/{name}")\ndef {name}(request):\n    return render("{name}")\n'
    for name in ("index", "about", "login")
)
NEW = '\n\nfrom web import app\n\n\n@app.route("/new")\ndef new(request):\n    pass\n'
NAME = t.Position(6, 5)


async def asked(editors, repository, text: str = NEW):
    folder = repository(VIEWS)
    editor = await editors(folder)
    await editor.indexed()
    uri = editor.open(folder / "web/new.py", text)
    await editor.diagnostics(uri, 1)
    return folder, editor, uri


async def actions(editor, uri: str, at: t.Position, only: list[str] | None = None):
    context = t.CodeActionContext([], only)
    params = t.CodeActionParams(t.TextDocumentIdentifier(uri), t.Range(at, at), context)
    return await editor.client.text_document_code_action_async(params)


async def test_the_action_on_a_new_function_leads_to_how_others_do_it(editors, repository):
    folder, editor, uri = await asked(editors, repository)
    (action,) = await actions(editor, uri, NAME)
    assert action.title == "Flames: how is this done here"
    found = await editor.command(action.command, action.arguments[0])
    (card,) = found["cards"]
    assert (found["role"], card["members"]) == ("HTTP handler", 3)
    assert {one["symbol"] for one in card["exemplars"]} == {
        f"web/{name}.py::{name}" for name in ("index", "about", "login")
    }
    (decorated,) = [row for row in card["most"] if row["what"] == "decorated with @app.route"]
    assert (decorated["count"], decorated["of"]) == (3, 3)
    assert decorated["location"]["uri"] == (folder / "web/about.py").as_uri()
    assert decorated["location"]["range"]["start"] == {"line": 3, "character": 1}


async def test_there_is_no_action_in_a_body_or_where_others_are_asked_for(editors, repository):
    _, editor, uri = await asked(editors, repository)
    assert not await actions(editor, uri, t.Position(7, 4))
    assert not await actions(editor, uri, NAME, [t.CodeActionKind.QuickFix])


async def test_what_has_no_role_is_told_so(editors, repository):
    _, editor, uri = await asked(editors, repository, "def alone():\n    return 1\n")
    found = await editor.command(
        "flames.showPattern", {"uri": uri, "position": {"line": 0, "character": 5}}
    )
    assert (found["role"], found["cards"]) == ("", [])
