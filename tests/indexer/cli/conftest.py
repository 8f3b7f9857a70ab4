"""The shop, indexed, and a way to run commands in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flames_indexer.cli.group import flames
from shop import FILES, Ran, Run


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The repository, indexed; its cache and the user's configuration are this module's own."""
    root = tmp_path_factory.mktemp("shop")
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLAMES_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("FLAMES_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.chdir(root)
        yield root


@pytest.fixture
def run(shop: Path) -> Run:
    def run(*arguments: str, stdin: str = "") -> Ran:
        result = CliRunner().invoke(flames, arguments, input=stdin, standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        code = result.return_value
        assert isinstance(code, int)
        return Ran(code, result.stdout, result.stderr)

    return run
