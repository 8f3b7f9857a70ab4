"""A hover earns its place: who, which tests, which heirs, what it needs, who changed it last."""

import asyncio
import subprocess

from lsprotocol import types as t

SHOP = """--- shop/price.py
class Price:
    def total(self):
        return round_up(1)

class Discount(Price):
    def total(self):
        return 0

def round_up(number):
    return int(number)

def broken():
    return round_up(2)
--- shop/__init__.py
--- tests/test_price.py
from shop.price import round_up

def test_up():
    assert round_up(1) == 1
"""


async def opened(editors, folder, **options):
    editor = await editors(folder, **options)
    uri = editor.open(folder / "shop/price.py")
    await editor.indexed()
    return editor, uri


def lines(hover: str) -> list[str]:
    return [line.rstrip() for line in hover.splitlines()]


async def test_tests_stand_on_a_line_of_their_own(editors, repository):
    folder = repository(SHOP)
    editor, uri = await opened(editors, folder)
    said = lines(await editor.hover(uri, 8, 6))
    assert f"callers: [`Price.total`]({uri}#L3), [`broken`]({uri}#L13)" in said
    test = (folder / "tests/test_price.py").as_uri()
    assert f"tests: [`test_up`]({test}#L4)" in said


async def test_heirs_and_what_is_overridden_are_links(editors, repository):
    editor, uri = await opened(editors, repository(SHOP))
    assert f"subclasses: [`Discount`]({uri}#L5)" in lines(await editor.hover(uri, 0, 8))
    assert f"overridden by: [`Discount.total`]({uri}#L6)" in lines(await editor.hover(uri, 1, 10))
    assert f"overrides: [`Price.total`]({uri}#L2)" in lines(await editor.hover(uri, 5, 10))


async def test_what_it_uses_is_named_where_it_is_defined(editors, repository):
    editor, uri = await opened(editors, repository(SHOP))
    assert f"uses: [`round_up`]({uri}#L9)" in lines(await editor.hover(uri, 11, 6))


async def test_the_last_change_of_its_lines_comes_once_git_has_told(editors, repository):
    folder = repository(SHOP)
    identity = ["-c", "user.name=An *odd* [name]", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "shop: _first_"]):
        subprocess.run(["git", *identity, *words], cwd=folder, check=True)
    with (folder / "shop/price.py").open("a") as file:
        file.write("\ndef later():\n    return broken()\n")
    editor, uri = await opened(editors, folder)

    async def last(line: int) -> str:
        async with asyncio.timeout(60):
            while True:
                for said in lines(await editor.hover(uri, line, 6)):
                    if said.startswith("last change: "):
                        return said.removeprefix("last change: ")

    assert (await last(8)).startswith(
        r"less than a day ago by An \*odd\* \[name\]: shop: \_first\_ ("
    )
    assert await last(14) == "not committed yet"


async def test_only_a_client_that_has_a_tree_is_given_a_link_to_it(editors, repository):
    folder = repository(SHOP)

    def able(capabilities: t.ClientCapabilities) -> None:
        capabilities.experimental = {"commands": {"commands": ["flames.openDependentsTree"]}}

    editor, uri = await opened(editors, folder, able=able)
    assert "[tree of dependents](command:flames.openDependentsTree?%5B%7B" in (
        await editor.hover(uri, 8, 6)
    )
    plain, uri = await opened(editors, folder)
    assert "command:" not in await plain.hover(uri, 8, 6)
