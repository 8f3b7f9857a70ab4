"""Every configuration key, once: what it is called, what it may be, who may set it, what it does.

The tree, the documentation, the editor's settings and the JSON schema are all made from KEYS.
Defaults live here and nowhere else.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["boolean", "integer", "number", "string", "strings"]
Scope = Literal["repository", "machine"]
Value = bool | int | float | str | tuple[str, ...]

STAGES = ("off", "observe", "hint", "warning")


@dataclass(frozen=True, slots=True)
class Key:
    """One key. A *machine* key in a repository's file is ignored: it could run or reach things."""

    name: str  # dotted, as in flames.toml
    kind: Kind
    default: Value
    doc: str  # sentences; the first one stands alone
    unit: str = ""
    scope: Scope = "repository"
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""  # regular expression a string must match as a whole
    pattern_words: str = ""  # the same, said to a person


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of one rule that a repository may tune."""

    name: str
    default: float
    doc: str
    unit: str = ""
    minimum: float = 0
    maximum: float | None = None
    kind: Literal["integer", "number"] = "integer"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is configurable about a rule; `stage` is the one it starts with."""

    id: str
    stage: str
    thresholds: tuple[Threshold, ...] = ()


RULES = (
    Rule(
        "parallel-logic",
        "warning",
        (
            Threshold(
                "min_lines",
                5,
                "Shorter functions are never compared. Below 5 most matches are coincidence.",
                "lines",
                3,
            ),
            Threshold(
                "min_score",
                0.7,
                "How likely two functions must be one piece of code to be reported. Lower finds"
                " more and is wrong more.",
                "",
                0,
                1,
                "number",
            ),
        ),
    ),
    Rule("broken-callers", "warning"),
    Rule("twin-edit", "hint"),
    Rule(
        "forgotten-partner",
        "hint",
        (
            Threshold(
                "min_strength",
                0.45,
                "How strongly two files must be linked by their commits: about the share of the"
                " changes of each that changed the other. Lower finds more and is wrong more.",
                "",
                0,
                1,
                "number",
            ),
        ),
    ),
    Rule(
        "already-exists",
        "hint",
        (
            Threshold(
                "min_score",
                0.85,
                "Nearness in meaning from which an existing function is named. Lower finds more"
                " and is wrong more.",
                "",
                0,
                1,
                "number",
            ),
        ),
    ),
)


def _rule_keys(rule: Rule) -> tuple[Key, ...]:
    prefix = f"rules.{rule.id}"
    stage = Key(
        f"{prefix}.stage",
        "string",
        rule.stage,
        f"How loud `{rule.id}` is. `off`: not run; `observe`: only counted in the trace;"
        " `hint`: shown without a squiggle; `warning`: shown as one.",
        choices=STAGES,
    )
    exclude = Key(
        f"{prefix}.exclude",
        "strings",
        (),
        f"Paths where `{rule.id}` stays silent, as gitignore patterns.",
    )
    tuned = (
        Key(
            f"{prefix}.{t.name}",
            t.kind,
            t.default,
            t.doc,
            t.unit,
            minimum=t.minimum,
            maximum=t.maximum,
        )
        for t in rule.thresholds
    )
    return (stage, exclude, *tuned)


def _role(role: str, means: str) -> Key:
    return Key(
        f"paths.{role}",
        "strings",
        (),
        f"Further paths that are {means}, as gitignore patterns, beyond what Flames recognises."
        f" A pattern starting with `!` says that a path is not {role}.",
    )


# Inside the repository, no way up or out: a repository must not choose a path elsewhere.
_INSIDE = r"(?!/|~|[A-Za-z]:)(?!.*(^|[/\\])\.\.([/\\]|$)).+"

KEYS: tuple[Key, ...] = (
    Key(
        "paths.exclude",
        "strings",
        (),
        "Paths that are not indexed, as gitignore patterns, beside `.gitignore` and"
        " `.flamesignore`.",
    ),
    Key(
        "paths.max_file_kb",
        "integer",
        1024,
        "Larger files are skipped, and said to be.",
        "KiB",
        minimum=1,
        maximum=65536,
    ),
    _role("test", "tests"),
    _role("generated", "generated code"),
    _role("vendored", "somebody else's code"),
    _role("example", "examples"),
    *(key for rule in RULES for key in _rule_keys(rule)),
    Key(
        "checks.baseline",
        "string",
        ".flames-baseline.json",
        "File of accepted findings, relative to the root; written by"
        " `flames check --write-baseline`.",
        pattern=_INSIDE,
        pattern_words="a path inside the repository",
    ),
    Key("lens.callers", "boolean", True, "Show the number of callers above a definition."),
    Key("lens.files", "boolean", True, "Show in how many files those callers are."),
    Key("lens.tests", "boolean", True, "Show how many tests reach the definition."),
    Key(
        "lens.min_callers",
        "integer",
        2,
        "A definition with fewer callers in other files gets no lens.",
        "callers",
        minimum=0,
    ),
    Key("lens.private", "boolean", False, "Show lenses above private definitions too."),
    Key("hover.similar", "boolean", True, "Name similar functions in a hover."),
    Key("hover.last_change", "boolean", True, "Tell in a hover who changed its lines last."),
    Key(
        "hover.max_callers",
        "integer",
        5,
        "Callers a hover lists before it counts the rest.",
        "callers",
        minimum=0,
        maximum=50,
    ),
    Key(
        "completion.existing",
        "boolean",
        True,
        "While a new function is being named, offer those whose names are practically the same:"
        " a call and its import instead of a second one.",
    ),
    Key(
        "diagnostics.debounce_ms",
        "integer",
        200,
        "Quiet time after a key press before checks run. Shorter costs battery, not accuracy.",
        "ms",
        minimum=0,
        maximum=10_000,
    ),
    Key(
        "diagnostics.scope",
        "string",
        "changed",
        "What the editor reports copies in. `changed`: functions that are new or differ from the"
        " last commit, and everything where there is no git; `all`: every function. `flames check`"
        " reports in all of them.",
        choices=("changed", "all"),
    ),
    Key(
        "diagnostics.max_per_file",
        "integer",
        50,
        "Findings shown for one file, worst first; the last one says how many more there are.",
        "findings",
        minimum=1,
        maximum=1000,
    ),
    Key(
        "cache.dir",
        "string",
        "",
        "Where indexes are kept. Empty: the user's cache folder. The environment variable"
        " `FLAMES_CACHE_DIR` wins.",
        scope="machine",
    ),
    Key(
        "cache.max_mb",
        "integer",
        2048,
        "Size above which the indexes unused for longest are removed.",
        "MiB",
        "machine",
        minimum=64,
    ),
    Key(
        "embedding.model",
        "string",
        "static",
        "What turns code into vectors: `static` (shipped, needs nothing), `none` (no search by"
        " meaning), or a folder with, or the cached name of, a sentence-transformers model"
        " (needs the `transformers` extra). Nothing is ever downloaded.",
        scope="machine",
    ),
    Key(
        "embedding.device",
        "string",
        "cpu",
        "Where a sentence-transformers model runs.",
        scope="machine",
        pattern=r"cpu|cuda(:\d+)?|mps|auto",
        pattern_words='"cpu", "cuda", "cuda:1", "mps" or "auto"',
    ),
    Key(
        "workers",
        "integer",
        0,
        "Processes that parse. 0: one, and more only in repositories above ~350,000 lines,"
        " where they start to pay.",
        "processes",
        "machine",
        minimum=0,
        maximum=256,
    ),
    Key(
        "cluster.scheduler",
        "string",
        "",
        "Address of a dask scheduler that builds share their work with (needs the `cluster`"
        " extra). Empty: this machine only.",
        scope="machine",
    ),
    Key(
        "trace.enabled",
        "boolean",
        True,
        "Keep a local record of how long requests, checks and builds took. It never holds source"
        " text and never leaves this machine.",
        scope="machine",
    ),
    Key(
        "trace.max_kb",
        "integer",
        2048,
        "Size at which the record starts over; the one before is kept.",
        "KiB",
        "machine",
        minimum=16,
    ),
)

KEY_BY_NAME = {key.name: key for key in KEYS}
