"""Who calls, who inherits, who depends on whom through others: one step at a time."""

from lsprotocol import types as t

SHAPES = """--- shapes.py
from abc import ABC

class Shape(ABC):
    def area(self):
        raise NotImplementedError

class Square(Shape):
    def area(self):
        return 4

class Small(Square):
    def area(self):
        return 1
--- use.py
from shapes import Shape, Square

def area_of(shape: Shape):
    return shape.area()

def twice(shape: Shape):
    return 2 * area_of(shape)

def report():
    return twice(Square())
--- tests/test_use.py
from use import area_of

def test_area():
    assert area_of(None)
"""


async def opened(editors, repository, name: str):
    folder = repository(SHAPES)
    editor = await editors(folder)
    uri = editor.open(folder / name)
    await editor.indexed()
    return editor, uri


def at(uri: str, line: int, character: int) -> dict:
    return {"text_document": t.TextDocumentIdentifier(uri), "position": t.Position(line, character)}


async def types(editor, uri: str, line: int, character: int) -> tuple[t.TypeHierarchyItem, ...]:
    found = await editor.client.text_document_prepare_type_hierarchy_async(
        t.TypeHierarchyPrepareParams(**at(uri, line, character))
    )
    return tuple(found or ())


async def above(editor, item: t.TypeHierarchyItem) -> list[t.TypeHierarchyItem]:
    return await editor.client.type_hierarchy_supertypes_async(
        t.TypeHierarchySupertypesParams(item)
    )


async def below(editor, item: t.TypeHierarchyItem) -> list[t.TypeHierarchyItem]:
    return await editor.client.type_hierarchy_subtypes_async(t.TypeHierarchySubtypesParams(item))


async def test_a_class_has_bases_and_subclasses_one_step_at_a_time(editors, repository):
    editor, uri = await opened(editors, repository, "shapes.py")
    (square,) = await types(editor, uri, 6, 8)
    assert square.name == "Square"
    (shape,) = await above(editor, square)
    (small,) = await below(editor, square)
    assert (shape.name, small.name) == ("Shape", "Small")
    assert [item.name for item in await below(editor, shape)] == ["Square"]
    assert not await below(editor, small)


async def test_a_base_outside_the_repository_is_named_where_it_stands(editors, repository):
    editor, uri = await opened(editors, repository, "shapes.py")
    (shape,) = await types(editor, uri, 2, 8)
    (outside,) = await above(editor, shape)
    assert (outside.name, outside.detail) == ("ABC", "abc · not in this repository")
    assert (outside.uri, outside.range.start) == (uri, t.Position(2, 12))
    assert not await above(editor, outside)


async def test_a_method_has_those_it_overrides_and_those_that_override_it(editors, repository):
    editor, uri = await opened(editors, repository, "shapes.py")
    (area,) = await types(editor, uri, 7, 10)
    assert area.detail == "Square · shapes.py"
    assert [item.detail for item in await above(editor, area)] == ["Shape · shapes.py"]
    assert [item.detail for item in await below(editor, area)] == ["Small · shapes.py"]


async def test_a_function_has_no_type_hierarchy(editors, repository):
    editor, uri = await opened(editors, repository, "use.py")
    assert await types(editor, uri, 2, 6) == ()


async def test_calls_go_to_overrides_and_come_from_uses_of_what_is_overridden(editors, repository):
    editor, uri = await opened(editors, repository, "use.py")
    client = editor.client
    (caller,) = await client.text_document_prepare_call_hierarchy_async(
        t.CallHierarchyPrepareParams(**at(uri, 2, 6))
    )
    called = await client.call_hierarchy_outgoing_calls_async(
        t.CallHierarchyOutgoingCallsParams(caller)
    )
    owners = {call.to.detail.partition(" ")[0]: call.to for call in called}
    assert owners.keys() == {"Shape", "Square", "Small"}
    calling = await client.call_hierarchy_incoming_calls_async(
        t.CallHierarchyIncomingCallsParams(owners["Small"])
    )
    assert [call.from_.name for call in calling] == ["area_of"]


async def test_dependents_further_away_are_told_with_their_distance(editors, repository):
    editor, uri = await opened(editors, repository, "use.py")
    place = {"uri": uri, "position": {"line": 2, "character": 6}}
    near = await editor.command("flames.showDependents", place)
    assert {row["depth"] for row in near["dependents"]} == {1}
    far = await editor.command("flames.showDependents", {**place, "depth": 3})
    away = {row["symbol"].partition("::")[2]: row["depth"] for row in far["dependents"]}
    assert away["twice"] == 1
    assert away["report"] == 2
    again = await editor.command(
        "flames.showDependents", {"uri": uri, "symbol": "use.py::area_of", "depth": 3}
    )
    assert again == far


async def test_the_tree_of_dependents_opens_branch_by_branch(editors, repository):
    editor, uri = await opened(editors, repository, "use.py")
    asked = {"uri": uri, "position": {"line": 2, "character": 6}}
    (root,) = (await editor.command("flames.dependentsTree", asked))["nodes"]
    assert (root["label"], root["description"]) == ("area_of", "1 user · 2 files · 1 test")

    async def under(node: dict) -> dict[str, dict]:
        answer = await editor.command("flames.dependentsTree", {"branch": node["branch"]})
        return {node["label"]: node for node in answer["nodes"]}

    groups = await under(root)
    assert groups.keys() == {"Callers", "Tests"}
    assert [node["open"] for node in (root, *groups.values())] == [True, True, True]
    (twice,) = (await under(groups["Callers"])).values()
    assert (twice["label"], twice["description"]) == ("twice", "use.py:7")
    assert not twice["open"]
    (report,) = (await under(twice)).values()
    assert report["label"] == "report"
    assert report["branch"] is None  # nothing uses it
    tests = await under(groups["Tests"])
    assert tests["test_area"]["location"]["range"]["start"]["line"] == 3
    assert tests["tests/test_use.py"]["description"] == "tests/test_use.py:1 · import"


async def test_a_circle_of_calls_is_opened_once(editors, repository):
    folder = repository("--- a.py\ndef ping():\n    pong()\n\ndef pong():\n    ping()\n")
    editor = await editors(folder)
    uri = editor.open(folder / "a.py")
    await editor.indexed()
    asked = {"uri": uri, "symbol": "a.py::ping"}
    labels = []
    while asked:
        (node,) = (await editor.command("flames.dependentsTree", asked))["nodes"]
        labels.append((node["label"], node["description"].rpartition(" · ")[2]))
        asked = node["branch"] and {"branch": node["branch"]}
    assert labels == [("ping", "1 file"), ("pong", "a.py:5"), ("ping", "again")]


async def test_the_tests_of_a_symbol_are_told_with_reasons(editors, repository):
    editor, uri = await opened(editors, repository, "use.py")
    asked = {"uri": uri, "position": {"line": 2, "character": 6}}
    found = await editor.command("flames.showTests", asked)
    (test,) = found["tests"]
    assert test["run"] == "tests/test_use.py::test_area"
    assert test["reasons"] == ["calls area_of"]
    assert test["location"]["range"]["start"]["line"] == 2
    assert (
        await editor.command("flames.showTests", {"uri": uri, "symbol": found["symbol"]}) == found
    )
    inside = {"uri": uri, "position": {"line": 3, "character": 3}}
    assert (await editor.command("flames.showTests", inside))["symbol"] == "use.py::area_of"


async def test_a_rule_is_explained(editors, repository):
    editor, _ = await opened(editors, repository, "use.py")
    page = await editor.command("flames.explain", {"rule": "broken-callers"})
    assert page["title"] == "Flames: broken-callers"
    assert page["markdown"].startswith("# broken-callers\n")
    assert "Why it matters" in page["markdown"]
