"""What the client says, as overrides: any JSON, nested or dotted, camelCase or not."""

import pytest
from flames_lsp.settings import Settings, overrides


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"lens": {"minCallers": 3}}, {"lens.min_callers": 3}),
        ({"flames": {"lens": {"minCallers": 3}}}, {"lens.min_callers": 3}),
        ({"flames.lens.minCallers": 3}, {"lens.min_callers": 3}),
        ({"lens.minCallers": 3}, {"lens.min_callers": 3}),
        ({"rules": {"parallel-logic": {"stage": "off"}}}, {"rules.parallel-logic.stage": "off"}),
        ({"workers": 2}, {"workers": 2}),
        ({"server": {"path": "/x"}, "trace": {"server": "verbose"}}, {}),
        ({"trace": {"server": "off", "maxKb": 32}}, {"trace.max_kb": 32}),
        ({"lens": {"minCallers": None}}, {}),
        ({"lens": {"typo": 1}}, {"lens.typo": 1}),  # ours to warn about
        (None, {}),
        ([1], {}),
        ("text", {}),
        ({"flames": None}, {}),
        ({1: 2}, {}),
    ],
)
def test_overrides_of_what_the_client_says(said, expected):
    assert overrides(said) == expected


def test_later_sources_win():
    settings = Settings().with_initial({"workers": 1, "lens": {"minCallers": 1}})
    settings = settings.with_shared({"lens": {"minCallers": 2}})
    settings = settings.with_folder("file:///a", {"lens": {"minCallers": 3}})
    assert settings.of("file:///a") == {"workers": 1, "lens.min_callers": 3}
    assert settings.of("file:///b") == {"workers": 1, "lens.min_callers": 2}


def test_a_folder_does_not_choose_for_the_machine():
    settings = Settings().with_folder("file:///a", {"embedding": {"model": "./evil"}, "workers": 9})
    assert settings.of("file:///a") == {}
