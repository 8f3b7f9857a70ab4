"""Which functions stand in an evaluation set, whole or nearly.

Whole: the same letters and digits. Nearly: half of the windows of six subtokens stand in some
held-out function. Documentation that is an evaluation's question is refused as well.
"""

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.functions import key_of

_WINDOW = 6  # subtokens; shorter windows are idiom
_SHARE = 0.5  # of a function's windows
_FEWEST = 12  # windows; shorter functions are judged by their key only
_SUBTOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_SIEVED = np.uint64(40)  # bits that the sieve does not look at
_POWERS = np.array([0x9E3779B97F4A7C15 ** (k + 1) % 2**64 for k in range(_WINDOW)], np.uint64)


def subtokens(text: str) -> list[str]:
    """Lower-case words of identifiers: `parseHTTPHeader` gives parse, http, header."""
    return [part.lower() for part in _SUBTOKEN.findall(text)]


def question_key(text: str) -> str:
    """Equal for questions of the same words."""
    return re.sub(r"\W+", " ", text.lower()).strip()


def windows(words: Sequence[str]) -> NDArray[np.uint64]:
    """One hash for each run of six subtokens, ascending, distinct."""
    if len(words) < _WINDOW:
        return np.zeros(0, np.uint64)
    hashes = np.array([zlib.crc32(word.encode()) for word in words], np.uint64)
    count = len(words) - _WINDOW + 1
    total = np.zeros(count, np.uint64)
    for place, power in enumerate(_POWERS):
        total += hashes[place : place + count] * power
    return np.unique(total)


@dataclass(frozen=True)
class HeldOut:
    """Everything that training must not see."""

    codes: frozenset[str]
    questions: frozenset[str]
    windows: NDArray[np.uint64]  # ascending

    @cached_property
    def _sieve(self) -> NDArray[np.bool_]:
        """Small enough for the cache; what is not in it is in no window."""
        sieve = np.zeros(1 << (64 - int(_SIEVED)), np.bool_)
        sieve[(self.windows >> _SIEVED).astype(np.int64)] = True
        return sieve

    def holds(self, code: str, words: Sequence[str]) -> bool:
        """Whether a function, or nearly it, is held out. `words`: its subtokens."""
        if key_of(code) in self.codes:
            return True
        own = windows(words)
        if len(own) < _FEWEST or not len(self.windows):
            return False
        if float(self._sieve[(own >> _SIEVED).astype(np.int64)].mean()) < _SHARE:
            return False
        place = np.minimum(np.searchsorted(self.windows, own), len(self.windows) - 1)
        return float((self.windows[place] == own).mean()) >= _SHARE

    def asks(self, question: str) -> bool:
        """Whether an evaluation asks this very question."""
        return question_key(question) in self.questions


def held_out(codes: Iterable[str], questions: Iterable[str]) -> HeldOut:
    """What these texts hold."""
    kept = list(codes)
    found = [windows(subtokens(code)) for code in kept]
    return HeldOut(
        frozenset(key_of(code) for code in kept),
        frozenset(question_key(question) for question in questions),
        np.unique(np.concatenate([np.zeros(0, np.uint64), *found])),
    )


def read(folder: Path) -> HeldOut:
    """Of the evaluation sets (`eval_*.json`) and the bodies (`held_*.jsonl`) in a folder."""
    codes: list[str] = []
    questions: list[str] = []
    for file in sorted(folder.glob("eval_*.json")):
        evaluation = json.loads(file.read_text())
        codes += (entry["code"] for entry in evaluation["corpus"])
        asked = [query["q"] for query in evaluation["queries"]]
        (codes if evaluation.get("c2c") else questions).extend(asked)
    for file in sorted(folder.glob("held_*.jsonl")):
        with file.open() as lines:
            codes += (json.loads(line)["code"] for line in lines)
    if not codes:
        raise SystemExit(f"{folder} holds no evaluation set: nothing to decontaminate against")
    return held_out(codes, questions)
