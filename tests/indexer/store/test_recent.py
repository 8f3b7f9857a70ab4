"""What was asked for last is kept, by weight."""

from flames_indexer.index.recent import Recent


def test_what_was_not_asked_for_the_longest_goes_first():
    recent = Recent[int](10)
    recent.keep("a", 1, 4)
    recent.keep("b", 2, 4)
    assert recent.get("a") == 1
    recent.keep("c", 3, 4)
    assert [recent.get(path) for path in "abc"] == [1, None, 3]
    assert recent.size_bytes == 8


def test_a_path_that_is_kept_again_weighs_once():
    recent = Recent[int](10)
    recent.keep("a", 1, 6)
    recent.keep("a", 2, 7)
    assert (recent.get("a"), recent.size_bytes) == (2, 7)


def test_one_that_is_too_large_is_kept_alone():
    recent = Recent[int](10)
    recent.keep("a", 1, 4)
    recent.keep("b", 2, 40)
    assert (recent.get("a"), recent.get("b")) == (None, 2)
    recent.keep("c", 3, 4)
    assert (recent.get("b"), recent.get("c")) == (None, 3)


def test_only_what_is_wanted_is_taken_over():
    old, new = Recent[int](10), Recent[int](10)
    old.keep("a", 1, 4)
    old.keep("b", 2, 4)
    new.take(old, lambda path: path == "b")
    assert (new.get("a"), new.get("b"), new.size_bytes) == (None, 2, 4)
