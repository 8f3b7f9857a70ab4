"""The pieces that pages are put together from."""

import re
from importlib import resources


def part(name: str) -> str:
    """A file of this folder."""
    return (resources.files("flames_indexer.pictures") / name).read_text("utf-8")


def filled(page: str, title: str, css: str, js: str, content: str) -> str:
    """A page with its style, its script and its content, which is JSON."""
    pieces = {
        "title": title.replace("&", "&amp;").replace("<", "&lt;"),
        "css": css,
        "js": js,
        "content": content.replace("<", "\\u003c"),  # no name may end the script
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda place: pieces[place[1]], part(page))
