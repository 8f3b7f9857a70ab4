"""Builds the evaluation sets, and the bodies that training must not see, from pinned sources.

    csn_*       first paragraph of the documentation -> the function, one set a language
    cosqa*      questions people asked a search engine -> a Python function (Huang et al. 2021)
    gptclone_*  a function -> one that does the same (GPTCloneBench, Alam et al. 2023)
    algo_*      an algorithm -> the same in another language, files matched by name

The figures in README.md are of sets made with an extractor that reads `ast` and tree-sitter nodes;
these, made with the extractor that training uses, hold other candidates and are not the same sets.
"""

import ast
import json
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from model.functions import Function, files_of, functions_of, key_of, read
from model.questions import question_of
from model.sources import Source, fetch

_LANGUAGES = {
    "csn_py": ("django", "flask", "sqlalchemy", "werkzeug"),
    "csn_js": (
        *("lodash", "expressjs/express", "reduxjs/redux"),
        *("colinhacks/zod", "trpc/trpc", "vitest-dev/vitest"),
    ),
    "csn_go": ("gin-gonic/gin", "spf13/cobra", "go-chi/chi"),
    "csn_java": ("google/gson", "apache/commons-lang"),
    "csn_rs": ("tokio-rs/tokio", "tokio-rs/axum", "serde-rs/serde"),
}
_MOST = {"csn_py": (6000, 1000), "csn_js": (4000, 700), "csn_java": (4000, 700)}
_MOST |= {"csn_rs": (4000, 700), "csn_go": (1000, 600)}  # candidates, questions
_NO_QUESTION = re.compile(r"http|TODO|deprecat|>>>|eslint|noqa|istanbul|licen[cs]e", re.I)
_ALGORITHMS = {"py": "Python", "js": "JavaScript", "java": "Java", "go": "Go"}
_SEED = 7


def build(sources: Sequence[Source], cache: Path) -> Path:
    """The folder of the sets; made once."""
    folder = cache / "held-out"
    if (folder / "held_bodies.jsonl").is_file():
        return folder
    fetch(sources, cache)
    folder.mkdir(parents=True, exist_ok=True)
    known = {source.name: source for source in sources}
    for name, packages in _LANGUAGES.items():
        found = [f for p in packages for f in functions_of(known[p].path(cache), p)]
        _write(folder / f"eval_{name}.json", *_documented(found, *_MOST[name]))
    _cosqa(folder, known["Jun-jie-Huang/CoCLR"].path(cache))
    clones = known["srlabUsask/GPTCloneBench"].path(cache)
    for language, file in (("py", "py_validate_clone.txt"), ("java", "java_validate_clone.txt")):
        sets = _clones(_shown(clones, file))
        _write(folder / f"eval_gptclone_{language}.json", *sets, is_code=True)
    tasks = {
        short: _algorithms(known[f"TheAlgorithms/{name}"].path(cache))
        for short, name in _ALGORITHMS.items()
    }
    for asked, wanted in (("py", "java"), ("js", "py"), ("go", "py"), ("java", "js")):
        place = {name: at for at, name in enumerate(tasks[wanted])}
        queries = [(tasks[asked][name], [place[name]]) for name in tasks[asked] if name in place]
        corpus = list(tasks[wanted].values())
        _write(folder / f"eval_algo_{asked}_{wanted}.json", corpus, queries, is_code=True)
    with (folder / "held_bodies.jsonl").open("w") as lines:
        for source in sources:
            for function in functions_of(source.path(cache), source.name):
                lines.write(json.dumps({"code": function.code}) + "\n")
    return folder


_Queries = list[tuple[str, list[int]]]


def _write(file: Path, corpus: Iterable[str], queries: _Queries, *, is_code: bool = False) -> None:
    asked = [{"q": text, "rel": right} for text, right in queries]
    held = {"corpus": [{"code": code} for code in corpus], "queries": asked, "c2c": is_code}
    file.write_text(json.dumps(held))


def _documented(
    functions: Sequence[Function], most: int, questions: int
) -> tuple[list[str], _Queries]:
    """Distinct functions of three lines and more; questions that one function alone answers."""
    distinct = {
        key_of(f.code): f
        for f in reversed(functions)
        if not f.is_test and f.kind == "function" and f.code.count("\n") >= 2
    }
    chance = random.Random(_SEED)
    by_question: dict[str, list[str]] = defaultdict(list)
    for key, function in distinct.items():
        question = question_of(function.doc)
        is_plain = question.isascii() and not _NO_QUESTION.search(question)
        if is_plain and 4 <= len(question.split()) <= 60:
            by_question[question].append(key)
    alone = [
        (question, keys[0]) for question, keys in sorted(by_question.items()) if len(keys) == 1
    ]
    chance.shuffle(alone)
    asked = alone[:questions]
    answers = {key for _, key in asked}
    others = sorted(distinct.keys() - answers)
    chance.shuffle(others)
    kept = sorted([*answers, *others[: most - len(answers)]])
    place = {key: at for at, key in enumerate(kept)}
    return [distinct[key].code for key in kept], [(q, [place[key]]) for q, key in asked]


def _cosqa(folder: Path, repository: Path) -> None:
    numbers: dict[str, int] = json.loads(_shown(repository, "data/search/code_idx_map.txt"))
    codes = sorted(numbers, key=lambda code: numbers[code])
    asked = json.loads(_shown(repository, "data/search/cosqa-retrieval-test-500.json"))
    queries = [(one["doc"], [one["retrieval_idx"]]) for one in asked]
    _write(folder / "eval_cosqa.json", codes, queries)
    _write(folder / "eval_cosqa_nodoc.json", map(_undocumented, codes), queries)


def _undocumented(code: str) -> str:
    try:
        body = ast.parse(code).body[0]
    except (SyntaxError, ValueError, IndexError):
        return re.sub(r'("""|\'\'\').*?(\1)', "", code, count=1, flags=re.S)
    if isinstance(body, ast.FunctionDef) and ast.get_docstring(body) and len(body.body) > 1:
        lines, doc = code.split("\n"), body.body[0]
        return "\n".join(lines[: doc.lineno - 1] + lines[doc.end_lineno or doc.lineno :])
    return code


def _clones(text: str) -> tuple[list[str], _Queries]:
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for record in re.split(r"^\${20,}\n?", text, flags=re.M):
        parts = re.split(r"^-{20,}\n?", record, flags=re.M)[1:]
        codes = [part.strip() for part in parts if len(part.strip()) > 30]
        group = re.search(r"Gpt3D_Clone(\d+)_", record)
        if group and len(codes) == 2:
            groups[group[1]].append((codes[0], codes[1]))
    corpus: list[str] = []
    queries: _Queries = []
    for pairs in groups.values():
        distinct = {key_of(b): b for a, b in pairs if key_of(a) != key_of(b)}
        right = list(range(len(corpus), len(corpus) + len(distinct)))
        corpus += distinct.values()
        if right:
            queries.append((pairs[0][0], right))
    return corpus, queries


def _algorithms(repository: Path) -> dict[str, str]:
    """The functions of each file as one text, by the file's name without its marks."""
    found: dict[str, str] = {}
    for path, source in files_of(repository):
        name = re.sub(r"[^a-z0-9]", "", PurePosixPath(path).stem.lower())
        own = [f for f in read("", path, source) if not f.is_test and f.kind == "function"]
        code = "\n".join(f.code for f in own if f.name != "main" and not f.name.startswith("test"))
        if len(code) > 60:
            found.setdefault(name, code[:4000])
    return found


def _shown(place: Path, file: str) -> str:
    git = ["git", f"--git-dir={place.parent}", "show", f"{place.stem}:{file}"]
    return subprocess.run(git, capture_output=True, check=True).stdout.decode(errors="replace")
