"""Text -> numbers of pieces: identifiers split into subtokens, subtokens into known pieces.

Greedy longest match from the left (WordPiece, Wu et al. 2016), `##` in front of what continues a
word. Training reads its texts with this same code.
"""

import re
from collections.abc import Iterable, Sequence
from string import ascii_letters, digits
from typing import Final

_MEMO_LIMIT: Final = 200_000  # identifiers; some 30 MB
_LONGEST: Final = 40  # letters of a subtoken; longer ones are data
_LETTERS: Final = f"{ascii_letters}{digits}".encode()
_KEPT: Final = bytes(byte if byte in _LETTERS else 0x20 for byte in range(256))
_SUBTOKEN: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


class Pieces:
    """A vocabulary; a piece's number is its place. Memoises identifiers."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.all = pieces
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._words: dict[str, tuple[int, ...]] = {}
        self._memo: dict[str, tuple[int, ...]] = {}

    def add_text(self, text: str, out: list[int], limit: int) -> None:
        """Appends the pieces of a text's identifiers; stops past `limit` of them."""
        most = len(out) + limit
        memo = self._memo
        if len(memo) > _MEMO_LIMIT:
            memo.clear()
        for identifier in text.encode("utf-8", "replace").translate(_KEPT).decode().split():
            known = memo.get(identifier)
            if known is None:
                words = (word.lower() for word in _SUBTOKEN.findall(identifier))
                known = memo[identifier] = tuple(self.of_words(words))
            out.extend(known)
            if len(out) > most:
                return

    def of_words(self, words: Iterable[str]) -> list[int]:
        """The pieces of lower-case subtokens; a word that cannot be split whole has none."""
        found: list[int] = []
        known = self._words
        if len(known) > _MEMO_LIMIT:
            known.clear()
        for word in words:
            pieces = known.get(word)
            if pieces is None:
                pieces = known[word] = tuple(self._of_word(word))
            found.extend(pieces)
        return found

    def _of_word(self, word: str) -> list[int]:
        numbers, found, start = self._numbers, list[int](), 0
        if len(word) > _LONGEST:
            return []
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else "##" + word[start:end]
                number = numbers.get(piece)
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return []
        return found
