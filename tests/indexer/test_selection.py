"""A changed repository as a string, and the tests that are chosen for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fixture import read_fixture
from flames_indexer import selection
from flames_indexer.build import build
from flames_indexer.config import config_of
from flames_indexer.coverage_data import Covered
from flames_indexer.git import Commit
from flames_indexer.history import History
from flames_indexer.index import Index, Snapshot
from flames_indexer.selection import Question, Selection

SHOP = """
    --- shop/prices.py
    def add_tax(amount):
        return amount * 119 // 100
    def rounded(amount):
        return amount
    class Price:
        def total(self):
            return add_tax(1)
    --- shop/orders.py
    from shop.prices import Price
    def bill():
        return Price().total()
    --- tests/test_prices.py
    from shop.prices import add_tax, rounded
    def test_tax():
        def inner():
            return add_tax(1)
        assert inner()
    def test_rounded():
        assert rounded(1)
    --- tests/test_orders.py
    from shop.orders import bill
    class TestBill:
        def test_bill(self):
            assert bill()
    --- tests/test_other.py
    def test_nothing():
        assert True
    --- tests/conftest.py
    from shop.prices import add_tax
"""
Snapshots = Callable[[str], Snapshot]


@pytest.fixture
def indexed(tmp_path: Path) -> Snapshots:
    def indexed(text: str) -> Snapshot:
        root = tmp_path / "repository"
        for path, source in read_fixture(text).files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(source)
        config = config_of({"workers": 1, "cache.dir": str(tmp_path / "cache")})
        build(root, config)
        return Snapshot.of(Index.open(root, config))

    return indexed


def chosen(found: Selection) -> dict[str, str]:
    return {test.run: ", ".join(test.reasons) for test in found.tests}


def of(symbol: str) -> Question:
    return Question([symbol], [symbol.partition("::")[0]], nearby=False)


def test_a_test_that_calls_it_is_named_before_one_that_calls_a_caller(indexed: Snapshots) -> None:
    found = chosen(selection.tests_of(indexed(SHOP), of("shop/prices.py::add_tax"), None))
    assert list(found) == [
        "tests/test_prices.py::test_tax",
        "tests/test_orders.py::TestBill::test_bill",
    ]
    assert found["tests/test_prices.py::test_tax"].startswith("calls add_tax")
    assert found["tests/test_orders.py::TestBill::test_bill"] == (
        "is named after bill, 3 steps away"
    )


def test_a_change_of_a_file_asks_for_the_tests_of_what_is_near(indexed: Snapshots) -> None:
    question = Question(["shop/prices.py::brand_new"], ["shop/prices.py"])
    found = chosen(selection.tests_of(indexed(SHOP), question, None))
    assert found["tests/test_prices.py"].startswith("is named after shop/prices.py")
    assert "tests/test_other.py" not in found


def test_what_only_changed_together_is_chosen_and_says_so(indexed: Snapshots) -> None:
    pair = ("shop/prices.py", "tests/test_other.py")
    history = History([Commit(f"{n:040x}", 0, pair) for n in range(6)])
    found = chosen(selection.tests_of(indexed(SHOP), of("shop/prices.py::rounded"), history))
    assert found["tests/test_other.py"] == "changed in 6 of the last 6 changes of prices.py"


def test_a_file_named_after_what_changed_is_chosen(indexed: Snapshots) -> None:
    other = "    --- tests/test_rounded.py\n    def test_it():\n        assert run('rounded')\n"
    found = chosen(selection.tests_of(indexed(SHOP + other), of("shop/prices.py::rounded"), None))
    assert found["tests/test_rounded.py"] == "is named alike"


def test_without_a_history_it_is_said(indexed: Snapshots) -> None:
    snapshot = indexed(SHOP)
    question = of("shop/prices.py::rounded")
    assert selection.tests_of(snapshot, question, None).notes == (
        "without the git history, which is not there or not read yet",
    )
    assert selection.tests_of(snapshot, question, History([])).notes == ()


@pytest.mark.parametrize(
    "named", ["tests/test_other.py::test_nothing", "tests.test_other.test_nothing"]
)
def test_a_test_that_ran_the_lines_is_chosen(indexed: Snapshots, named: str) -> None:
    covered = Covered(lines=frozenset((named, "unknown.test", "")))
    found = chosen(selection.tests_of(indexed(SHOP), of("shop/prices.py::rounded"), None, covered))
    assert found["tests/test_other.py::test_nothing"] == "ran it when coverage was last measured"


def test_a_changed_test_comes_first(indexed: Snapshots) -> None:
    paths = ["shop/prices.py", "tests/test_other.py"]
    question = Question(["shop/prices.py::rounded", "tests/test_other.py::test_nothing"], paths)
    found = chosen(selection.tests_of(indexed(SHOP), question, None))
    assert next(iter(found.items())) == ("tests/test_other.py::test_nothing", "changed")


def test_of_many_tests_of_a_file_it_is_the_file(indexed: Snapshots) -> None:
    many = "".join(f"    def test_{n}():\n        assert add_tax({n})\n" for n in range(9))
    text = SHOP + "    --- tests/test_many.py\n    from shop.prices import add_tax\n" + many
    found = chosen(selection.tests_of(indexed(text), of("shop/prices.py::add_tax"), None))
    assert found["tests/test_many.py"] == "9 of its tests use it"


def test_a_limit_leaves_the_least_likely_out_and_counts_them(indexed: Snapshots) -> None:
    found = selection.tests_of(indexed(SHOP), of("shop/prices.py::add_tax"), None, limit=1)
    assert ({test.path for test in found.tests}, found.more) == ({"tests/test_prices.py"}, 1)


def test_tests_of_scripts_are_named_by_their_titles(indexed: Snapshots) -> None:
    found = chosen(
        selection.tests_of(
            indexed("""
            --- src/cart.ts
            export function total(items: number[]) { return items.length }
            --- src/cart.test.ts
            import { total } from './cart'
            describe('cart', () => {
              it("adds it's items", async () => { expect(total([1])).toBe(1) })
              test.each([1])('of %i items', (n) => { expect(total([n])).toBe(1) })
            })
            """),
            of("src/cart.ts::total"),
            None,
        )
    )
    assert set(found) == {"src/cart.test.ts -t 'adds it'\"'\"'s items'"}


def test_nothing_is_chosen_where_nothing_is_known(indexed: Snapshots) -> None:
    assert (
        selection.tests_of(indexed("--- a.py\nx = 1\n"), Question(["a.py"], ["a.py"]), None).tests
        == ()
    )


def test_a_script_that_tests_are_given_is_none(indexed: Snapshots) -> None:
    found = selection.tests_of(
        indexed("""
        --- src/array.ts
        export function first(items: number[]) { return items[0] }
        --- test/converter/array.ts
        export class Array { test = 1 }
        --- test/array/index.ts
        import { first } from '../../src/array'
        it('is first', () => { first([1]) })
        """),
        of("src/array.ts::first"),
        None,
    )
    assert {test.path for test in found.tests} == {"test/array/index.ts"}
