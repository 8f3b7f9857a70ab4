"""The page of the module graph: what it holds. How it behaves is shown in a real browser."""

import json
import re

import pytest
from flames_indexer.pictures import File, Use, page

FILES = [
    File("src/shop/web/views.py", 40, "source"),
    File("src/shop/web/forms.py", 20, "source"),
    File("src/shop/db/rows.py", 90, "source"),
    File("src/shop/alone.py", 5, "source"),
    File("tests/test_views.py", 30, "test"),
]
USES = [
    Use("src/shop/web/views.py", "src/shop/web/forms.py", "import", 1, 1),
    Use("src/shop/web/forms.py", "src/shop/web/views.py", "import", 1, 2),
    Use("src/shop/web/views.py", "src/shop/db/rows.py", "import", 3, 2),
    Use("src/shop/db/rows.py", "src/shop/web/views.py", "types", 1, 4),
    Use("tests/test_views.py", "src/shop/web/views.py", "import", 1, 1),
]


def content(files: list[File] = FILES, uses: list[Use] = USES) -> dict:
    text = page("shop", files, uses)
    [found] = re.findall(r'<script type="application/json" id="content">(.*?)</script>', text)
    return json.loads(found)


def boxes(**given: object) -> dict[str, dict]:
    return {box["path"]: box for box in content(**given)["boxes"]}


def test_a_folder_is_named_from_the_one_around_it():
    found = boxes()
    assert found["src/shop"]["name"] == "src/shop"
    assert found["src/shop/web"]["name"] == "web"
    assert found["src/shop/web/views.py"]["name"] == "views.py"


def test_layers_are_those_within_a_folder():
    found = boxes()
    assert found["tests"]["layer"] > found["src/shop"]["layer"]
    assert found["src/shop/web"]["layer"] > found["src/shop/db"]["layer"]


def test_what_has_to_do_with_nothing_beside_it_stands_in_no_layer():
    assert boxes()["src/shop/alone.py"]["layer"] == -1


def test_files_of_a_circle_share_its_number_and_an_import_for_types_makes_none():
    found = {path: box["circle"] for path, box in boxes().items() if "circle" in box}
    assert found == {"src/shop/web/views.py": 0, "src/shop/web/forms.py": 0}


def test_uses_keep_their_place():
    found = content()
    numbers = {box["path"]: number for number, box in enumerate(found["boxes"])}
    at = numbers["src/shop/web/views.py"], numbers["src/shop/db/rows.py"]
    assert [*at, 0, 3, 2] in found["uses"]


def test_the_largest_folder_is_open_and_tests_are_not():
    found = boxes()
    assert {path for path, box in found.items() if box.get("open")} >= {"", "src/shop"}
    assert "open" not in found["tests"]


def test_many_files_are_not_all_open_at_first():
    files = [File(f"pkg/p{n // 30}/m{n}.py", 10, "source") for n in range(300)]
    shown = [box for box in boxes(files=files, uses=[]).values() if box.get("open")]
    assert [box["path"] for box in shown][:2] == ["", "pkg"]
    assert len(shown) < 4


def test_nothing_to_show_is_a_page_too():
    assert content([], [])["boxes"][0]["path"] == ""


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", '"\\', "{{js}}", "<!--"])
def test_a_name_cannot_leave_its_place(name: str):
    text = page(name, [File(f"{name}.py", 1, "source")], [])
    assert text.count("<script") == 2
    assert text.count("</script>") == 2
    assert content([File(f"{name}.py", 1, "source")], [])["boxes"][-1]["path"] == f"{name}.py"


def test_the_page_asks_the_network_for_nothing():
    text = page("shop", FILES, USES)
    assert "default-src 'none'" in text
    assert not re.search(r"""(src|href)=|url\(|@import|fetch\(|XMLHttpRequest""", text)
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}
