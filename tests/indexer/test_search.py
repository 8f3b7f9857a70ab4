"""Words to symbols."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from flames_indexer.build import build
from flames_indexer.config import load
from flames_indexer.embedding.static import StaticModel
from flames_indexer.embedding.terms import Terms, terms_of
from flames_indexer.index import Index, Snapshot
from flames_indexer.search import lexicon, search
from flames_indexer.search.meaning import TermVectors
from flames_indexer.search.names import named
from flames_indexer.search.naming import named_alike
from flames_indexer.search.outline import outline
from flames_indexer.search.postings import Postings
from flames_indexer.search.words import stem
from numpy.typing import NDArray

FILES = {
    "net/retry.py": (
        'def with_backoff(call, attempts):\n    """Retries a call that fails, waiting longer."""\n'
        "    for attempt in range(attempts):\n        sleep(2**attempt)\n        call()\n"
    ),
    "net/client.py": (
        "class HttpClient:\n    def get(self, url):\n        return self.open(url)\n\n"
        "    def close(self):\n        self.socket.close()\n"
    ),
    "shop/cart.py": (
        "def total_price(cart):\n    return sum(item.price for item in cart.items)\n\n\n"
        "def remove_item(cart, item):\n    cart.items.remove(item)\n"
    ),
    "tests/test_cart.py": "def test_total_price(cart):\n    assert total_price(cart) == price\n",
}


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Snapshot]:
    monkeypatch.setenv("FLAMES_CACHE_DIR", str(tmp_path / "cache"))

    def make(**settings: object) -> Snapshot:
        root = tmp_path / "repository"
        for path, text in FILES.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
        config, _ = load(root, settings)
        build(root, config)
        return Snapshot.of(Index.open(root, config))

    return make


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("total price", "shop/cart.py::total_price"),
        ("totalPrice", "shop/cart.py::total_price"),
        ("retry with backoff", "net/retry.py::with_backoff"),
        ("retrying failed calls", "net/retry.py::with_backoff"),
        ("where are calls retried", "net/retry.py::with_backoff"),
        ("removing items", "shop/cart.py::remove_item"),
        ("how does the http client work", "net/client.py::HttpClient"),
    ],
)
def test_the_symbol_meant_comes_first(
    snapshot: Callable[..., Snapshot], words: str, first: str
) -> None:
    found = search(snapshot(), words, 5)
    assert found[0].symbol == first
    assert all(a.score >= b.score for a, b in pairwise(found))


def test_the_forms_of_a_word_have_a_stem() -> None:
    assert {stem(form) for form in ("retry", "retries", "retried")} == {"retr"}


def test_without_vectors_words_are_enough(snapshot: Callable[..., Snapshot]) -> None:
    made = snapshot(embedding={"model": "none"})
    table = made.index.vectors()
    assert table is not None
    assert table.matrix.shape == (len(table.rows), 0)
    assert search(made, "total price", 1)[0].symbol == "shop/cart.py::total_price"


def test_a_test_comes_after_what_it_tests(snapshot: Callable[..., Snapshot]) -> None:
    found = [match.symbol for match in search(snapshot(), "total price", 10)]
    assert "tests/test_cart.py::test_total_price" in found[1:]


def test_the_order_is_always_the_same(snapshot: Callable[..., Snapshot]) -> None:
    made = snapshot()
    assert search(made, "cart item price", 10) == search(made, "cart item price", 10)


@pytest.mark.parametrize(("words", "limit"), [("", 5), ("the of", 5), ("price", 0), ("zzzqqq", 0)])
def test_nothing_to_look_for(snapshot: Callable[..., Snapshot], words: str, limit: int) -> None:
    assert search(snapshot(), words, limit) == []


@pytest.mark.parametrize("words", ["xyzzyqq", "qqqq", "zzgrph wvvk"])
def test_words_that_no_file_holds_find_nothing(
    snapshot: Callable[..., Snapshot], words: str
) -> None:
    assert search(snapshot(), words) == []


def test_a_type_comes_before_what_is_named_after_it(snapshot: Callable[..., Snapshot]) -> None:
    found = [match.symbol for match in search(snapshot(), "HttpClient", 5)]
    assert found[0] == "net/client.py::HttpClient"


def test_meaning_finds_what_other_words_say(snapshot: Callable[..., Snapshot]) -> None:
    found = search(snapshot(), "wait between attempts", 3)
    assert found[0].symbol == "net/retry.py::with_backoff"
    assert search(snapshot(), "delete from the basket attempt", 9)


def test_a_language_without_a_parser_is_searched_as_text(
    snapshot: Callable[..., Snapshot], tmp_path: Path
) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (root / "ledger.go").write_text(
        "package shop\n\n// Reconcile balances every account.\n"
        "func (l *Ledger) Reconcile(day int) error {\n\treturn nil\n}\n\n"
        "func Other() {\n}\n"
    )
    found = search(snapshot(), "reconcile ledger accounts", 3)[0]
    assert found.symbol == "ledger.go::Reconcile"
    source = (root / "ledger.go").read_bytes()[found.span.start : found.span.end]
    assert source.startswith(b"// Reconcile balances")
    assert b"Other" not in source
    assert "does not parse" in found.reasons[-1]


def test_a_call_in_a_condition_is_no_declaration() -> None:
    source = b"func grow(n *node) {\n\tif len(n.path) > 0 {\n\t}\n\tfor more(n) {\n\t}\n}\n"
    assert [declared.name for declared in outline(source)] == ["", "grow"]


def test_many_rows_of_one_file_do_not_hide_the_others(
    snapshot: Callable[..., Snapshot], tmp_path: Path
) -> None:
    crowd = "".join(f"def load_config_{n}(path):\n    return path\n\n\n" for n in range(12))
    (tmp_path / "repository/a").mkdir(parents=True)
    (tmp_path / "repository/a/many.py").write_text(crowd)
    (tmp_path / "repository/a/one.py").write_text("def load_config(path):\n    return open(path)\n")
    paths = [match.span.path for match in search(snapshot(), "load config", 4)]
    assert {"a/many.py", "a/one.py"} <= set(paths)


def test_unsaved_text_is_searched(snapshot: Callable[..., Snapshot]) -> None:
    made = snapshot().with_edit("shop/cart.py", b"def grand_sum(cart):\n    return 1\n", 1)
    found = [match.symbol for match in search(made, "grand sum", 3)]
    assert found[0] == "shop/cart.py::grand_sum"
    assert "shop/cart.py::remove_item" not in found


def test_a_symbol_that_is_defined_twice_is_found_once(
    snapshot: Callable[..., Snapshot], tmp_path: Path
) -> None:
    twice = "if new:\n    def open_vault(key):\n        return key\nelse:\n"
    twice += "    def open_vault(key):\n        return turn(key)\n"
    (tmp_path / "repository/shop").mkdir(parents=True)
    (tmp_path / "repository/shop/vault.py").write_text(twice)
    found = [match.symbol for match in search(snapshot(), "open vault", 10)]
    assert found.count("shop/vault.py::open_vault") == 1


def test_a_common_word_is_read_once(
    snapshot: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexicon, "_COMMON", 0)
    made = snapshot()
    first = search(made, "remove an item", 5)
    monkeypatch.setattr(lexicon.Lexicon, "_fitting", None)
    assert search(made, "remove an item", 5) == first


def test_what_a_file_has_is_made_once_for_all_generations(
    snapshot: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[int] = []
    sums = StaticModel.sums

    def counted(model: StaticModel, terms: Terms) -> NDArray[np.float32]:
        texts.append(len(terms.ends))
        return sums(model, terms)

    monkeypatch.setattr(StaticModel, "sums", counted)
    made = snapshot()
    search(made, "remove an item", 5)
    monkeypatch.setitem(FILES, "net/retry.py", "def with_patience(call):\n    return call()\n")
    fresh = snapshot()
    texts.clear()
    expected = search(fresh, "remove an item", 5)
    every = sum(texts)
    texts.clear()
    assert search(Snapshot.of(made.index.reopened()), "remove an item", 5) == expected
    unchanged = sum(text.count("def ") + text.count("class ") for text in FILES.values()) - 1
    assert sum(texts) <= every - 2 * unchanged  # neither their sums nor their names'


def _nearness(
    model: StaticModel, texts: list[str], files: NDArray[np.int32], paths: list[str]
) -> TermVectors:
    terms = terms_of(texts, model.pieces)
    return TermVectors(model, terms, Postings(terms, len(model.pieces.all)), files, paths)


def test_postings_hold_who_has_all_pieces_of_a_word() -> None:
    model = StaticModel()
    texts = ["read_file(path) file file", "file_read()", "write_file()", "read()"]
    postings = Postings(terms_of(texts, model.pieces), len(model.pieces.all))
    rows, times, named = postings.all_of(model.pieces.of_words(["read", "file"]))
    assert rows.tolist() == [0, 1]
    assert times.tolist() == [1, 1]
    assert named.tolist() == [2, 2]
    read, write = (model.pieces.of_words([word])[0] for word in ("read", "write"))
    fits = [postings.fitting(np.array([read, write]), most) for most in (2, 3, 4)]
    assert fits == [0, 1, 2]
    body = terms_of(["go(read) file"], model.pieces)
    assert Postings(body, len(model.pieces.all)).all_of(model.pieces.of_words(["read", "file"]))[
        2
    ].tolist() == [0]


def test_nearness_is_the_cosine_of_text_name_and_path() -> None:
    texts = ["load_config(path) reads it", "", "draw_circle(radius)", "parse http header"]
    files, paths = np.array([0, 1, 1, 0], np.int32), ["app/settings.py", "shapes.py"]
    model = StaticModel()
    near = _nearness(model, texts, files, paths)
    queries = model.encode(["read the configuration", "a circle"])
    names = model.encode(["load_config", "", "draw_circle", "parse http header"])
    places = model.encode(["app/settings", "shapes"])[files]
    vectors = model.encode(texts) + names * 0.5 + places * 0.8
    expected = queries @ (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).T
    some = np.array([3, 0, 1])
    assert np.allclose(near.cosines(queries[0], some), expected[0][some], atol=1e-5)
    ids, cosines = near.nearest(queries, 2)
    assert ids[:, 0].tolist() == expected.argmax(axis=1).tolist()
    assert np.allclose(cosines[:, 0], expected.max(axis=1), atol=1e-5)
    nothing = _nearness(model, [], np.zeros(0, np.int32), [])
    assert nothing.nearest(queries, 1)[0].tolist() == [[-1], [-1]]


def test_the_nearest_of_very_many_are_those_of_all() -> None:
    verbs = ("read", "open", "close", "render", "parse", "retry", "draw", "merge", "sort", "sign")
    nouns = ("file", "socket", "page", "header", "request", "circle", "branch", "list", "token")
    texts = [
        f"{verb}_{noun}_{number}({other}) {verbs[number]}"
        for verb in verbs
        for noun in nouns
        for other in nouns
        for number in range(3)
    ]
    model = StaticModel()
    files = np.zeros(len(texts), np.int32)
    near = _nearness(model, texts, files, ["wire.py"])
    query = model.encode(["parse the header of a request"])
    every = np.arange(len(texts), dtype=np.int64)
    exact = near.cosines(query[0], every)
    assert np.allclose(near.nearest(query, 20)[1][0], -np.sort(-exact)[:20], atol=1e-5)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("reader of a multipart body", "MultiPartReader"),
        ("reader of a multi part body", "MultipartReader"),
        ("MultipartReader", "MultiPartReader"),
    ],
)
def test_words_that_a_name_joins_or_parts_are_one_word(
    snapshot: Callable[..., Snapshot], tmp_path: Path, asked: str, name: str
) -> None:
    (tmp_path / "repository").mkdir(parents=True)
    near = "class LineReader:\n    def __init__(self, body): ...\n\n\n"
    (tmp_path / "repository/wire.py").write_text(
        f"{near}class {name}:\n    def __init__(self, body): ...\n"
    )
    assert search(snapshot(), asked, 3)[0].symbol.startswith(f"wire.py::{name}")


def test_two_words_far_apart_are_not_one(snapshot: Callable[..., Snapshot], tmp_path: Path) -> None:
    (tmp_path / "repository").mkdir(parents=True)
    (tmp_path / "repository/wire.py").write_text(
        "def take(part):\n    multi = part.count\n    return multi\n"
    )
    reasons = [r for m in search(snapshot(), "multipart", 9) for r in m.reasons]
    assert "holds the words" not in reasons


def test_a_file_named_after_what_is_asked_comes_before_one_that_speaks_of_it(
    snapshot: Callable[..., Snapshot], tmp_path: Path
) -> None:
    (tmp_path / "repository/lib").mkdir(parents=True)
    talk = "def {0}(session):\n    cookie = session.cookie\n    return cookie\n"
    (tmp_path / "repository/lib/cookie_session.py").write_text(talk.format("opened"))
    (tmp_path / "repository/lib/active_cookie_session.py").write_text(talk.format("prepared"))
    found = search(snapshot(), "where is the cookie of a session kept", 3)
    assert found[0].span.path == "lib/cookie_session.py"


def test_a_file_full_of_good_places_leaves_room_for_others(
    snapshot: Callable[..., Snapshot], tmp_path: Path
) -> None:
    crowd = "".join(f"def load_config_{n}(path):\n    return path\n\n\n" for n in range(40))
    (tmp_path / "repository/config").mkdir(parents=True)
    (tmp_path / "repository/config/load.py").write_text(crowd)
    (tmp_path / "repository/start.py").write_text("def config(path):\n    return open(path)\n")
    paths = {match.span.path for match in search(snapshot(), "load config", 10)}
    assert "start.py" in paths


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("with_backoff", ["net/retry.py::with_backoff"]),
        ("withBackoff", ["net/retry.py::with_backoff"]),
        ("backoff_with", ["net/retry.py::with_backoff"]),
        ("with_backo", ["net/retry.py::with_backoff"]),
        ("with_b", []),
        ("total_cost", []),
        ("total", []),
        ("get", []),
        ("test_total_price", []),
    ],
)
def test_a_name_meets_those_that_are_practically_the_same(
    snapshot: Callable[..., Snapshot], typed: str, found: list[str]
):
    assert named_alike(snapshot(), typed) == found


def test_a_name_does_not_meet_itself(snapshot: Callable[..., Snapshot]):
    own = "net/retry.py::with_backoff"
    assert named_alike(snapshot(), "with_backoff", {own}) == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("total", "shop/cart.py::total_price"),
        ("price", "shop/cart.py::total_price"),
        ("ttlp", "shop/cart.py::total_price"),
        ("HTTPCLIENT", "net/client.py::HttpClient"),
        ("client.clo", "net/client.py::HttpClient.close"),
    ],
)
def test_a_part_of_a_name_finds_the_symbol(
    snapshot: Callable[..., Snapshot], typed: str, first: str
):
    assert named(snapshot(), typed, 10)[0].symbol == first


def test_names_are_those_of_the_unsaved_text(snapshot: Callable[..., Snapshot]):
    edited = snapshot().with_edit("shop/cart.py", b"def grand_total(cart): ...\n", 1)
    found = [one.symbol for one in named(edited, "total", 10)]
    assert found == ["shop/cart.py::grand_total", "tests/test_cart.py::test_total_price"]
