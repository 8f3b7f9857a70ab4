"""Pages of packages -> what they show: the words above a block of code, and the block.

Such words are nearer to what people ask for than documentation is: "Split a list into chunks".
"""

import re
from collections.abc import Iterator

PAGES = ("/METADATA", "README.md", "README.rst", ".docs/instructions.md")
EXERCISE = re.compile(r"/\.meta/(example|proof\.ci|src/reference/java/\w+)\.(py|js|ts|go|java|rs)$")
"""Where a track of exercises keeps the solution, after the exercise's folder."""

_FENCE = re.compile(r"^\s*(```|~~~)\s*(\S*)")
_HEADING = re.compile(r"^#+\s+(.*?)\s*#*$")
_RULE = re.compile(r"^([=\-~^*+#\"'])\1{2,}\s*$")
_NO_CODE = frozenset(
    (
        *("bash", "sh", "shell", "console", "zsh", "text", "txt", "json", "json5", "yaml", "yml"),
        *("toml", "ini", "diff", "html", "xml", "css", "sql"),
    )
)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|`([^`]*?)(?: <[^>]*>)?`_{0,2}")
_COMMAND = re.compile(r"^\s*(\$|pip |npm |yarn |pnpm |go get|cargo |import \S+$|from \S+ import)")
_SHORTEST, _LONGEST = 40, 3_000  # letters of a block
_SAID = 200  # letters of the sentence above it


def prose_of(page: str) -> str:
    """A page without its headings, its blocks and its tables."""
    kept: list[str] = []
    is_code = False
    for line in page.split("\n"):
        if _FENCE.match(line):
            is_code = not is_code
        elif not is_code and not _HEADING.match(line) and not line.lstrip().startswith("|"):
            kept.append(_LINK.sub(r"\1\2", line))
    return "\n".join(kept).strip()


def shown_in(page: str) -> Iterator[tuple[str, str]]:
    """(heading and sentence, block of code) of a page in Markdown or reStructuredText."""
    heading, said = "", ""
    lines = page.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        fence, title = _FENCE.match(line), _HEADING.match(line)
        if fence:
            end = next((n for n in range(at, len(lines)) if _FENCE.match(lines[n])), len(lines))
            if fence[2].strip("{}.").lower() not in _NO_CODE:
                yield from _shown(heading, said, lines[at:end])
            at, said = end + 1, ""
        elif title:
            heading, said = title[1], ""
        elif _RULE.match(line):
            if at >= 2 and lines[at - 2].strip():
                heading, said = lines[at - 2], ""
        elif line.strip().endswith("::") or line.startswith(".. code"):
            end = at
            while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t"):
                end += 1
            said = said if line.startswith("..") else line
            yield from _shown(heading, said, lines[at:end])
            at, said = end, ""
        elif line.strip():
            said = line


def _shown(heading: str, said: str, block: list[str]) -> Iterator[tuple[str, str]]:
    code = "\n".join(line for line in block if not _COMMAND.match(line)).strip()
    words = _LINK.sub(r"\1\2", f"{heading}. {said[:_SAID]}").strip(" .:")
    if _SHORTEST <= len(code) <= _LONGEST and len(words.split()) >= 2 and words.isascii():
        yield words, code
