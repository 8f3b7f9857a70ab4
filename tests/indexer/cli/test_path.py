"""`flames path`."""

from shop import Run, checked


def test_path(run: Run):
    document = checked(run("path", "saved", "add_tax", "--format", "json"), "path")
    assert [edge["target"] for edge in document["edges"]] == [
        "shop/orders.py::total",
        "shop/prices.py::Price.with_tax",
        "shop/prices.py::add_tax",
    ]
    assert "shop/prices.py:9" in run("path", "saved", "add_tax").out


def test_no_path_is_an_answer(run: Run):
    ran = run("path", "add_tax", "saved")
    assert ran.code == 0
    assert "is not known to reach" in ran.out
