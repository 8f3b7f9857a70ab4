"""Layers, folders and circles, of names and of small repositories."""

import pytest
from flames_indexer.architecture import folded, layers, tree


def steps(*arrows: str) -> dict[tuple[str, str], int]:
    """`"a>b"`, or `"a>b*3"` for a step taken three times."""
    found: dict[tuple[str, str], int] = {}
    for arrow in arrows:
        ends, _, times = arrow.partition("*")
        source, _, target = ends.partition(">")
        found[source, target] = int(times or 1)
    return found


def test_a_layer_stands_above_all_that_it_needs():
    found = layers("abcd", steps("a>b", "b>c", "a>c"))
    assert found.of == {"a": 2, "b": 1, "c": 0, "d": 0}
    assert found.back == frozenset()


def test_a_circle_is_broken_where_least_is_needed():
    found = layers("ab", steps("a>b*5", "b>a"))
    assert found.of == {"a": 1, "b": 0}
    assert found.back == {("b", "a")}


def test_whatever_is_not_a_step_back_leads_down():
    arrows = steps("a>b*2", "b>c*2", "c>a", "c>d", "d>c*3", "e>a", "d>f", "f>d")
    found = layers("abcdef", arrows)
    for source, target in arrows.keys() - found.back:
        assert found.of[source] > found.of[target]
    assert len(found.back) == 3  # one for each of the three circles


def test_layers_do_not_depend_on_the_order_of_what_is_given():
    arrows = steps("a>b", "b>c", "c>a", "c>d", "d>b", "a>d")
    turned = dict(reversed(arrows.items()))
    assert layers("abcd", arrows) == layers("dcba", turned)


def test_needing_oneself_is_no_circle():
    assert layers("a", steps("a>a")).back == frozenset()


def test_a_folder_of_nothing_but_a_folder_is_one_with_it():
    root = tree(["src/shop/a.py", "src/shop/db/x.py", "setup.py"])
    [shop] = root.folders
    assert (root.files, shop.path) == (("setup.py",), "src/shop")
    assert [folder.path for folder in shop.folders] == ["src/shop/db"]
    assert list(shop.all_files()) == ["src/shop/a.py", "src/shop/db/x.py"]


@pytest.mark.parametrize(
    "depth, names",
    [
        (1, ["a.py", "pkg/", "pkg/", "pkg/"]),
        (2, ["a.py", "pkg/b.py", "pkg/x/", "pkg/x/"]),
        (3, ["a.py", "pkg/b.py", "pkg/x/c.py", "pkg/x/y/"]),
        (9, ["a.py", "pkg/b.py", "pkg/x/c.py", "pkg/x/y/d.py"]),
    ],
)
def test_what_lies_deeper_is_folded_into_its_folder(depth: int, names: list[str]):
    paths = ["a.py", "pkg/b.py", "pkg/x/c.py", "pkg/x/y/d.py"]
    assert [folded(paths, depth)[path] for path in paths] == names
