"""The building process: runs builds one after the other and watches folders between them.

Commands come as JSON lines on stdin, events leave as JSON lines on stdout (see the package's
docstring). The end of stdin means that the server is gone: so are we, with everything we started.
A defect in a build ends this process after telling its reason; the server starts another.
"""

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from flames_lsp.protocol.process import take_stdio

_PROGRESS_PAUSE_S = 0.1  # between two progress events of one step
_RULES = (".gitignore", ".flamesignore", "flames.toml")  # they say what belongs to the index
# The editor and its other servers come before a build that nobody waits for. After a save somebody
# does: at a niceness of 10, what takes 5 s takes a minute beside two other busy processes.
_NICENESS = 10

Json = dict[str, Any]


class Child:
    """One worker thread of builds (the main one), a reader, and a watching thread per folder."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._builds: queue.SimpleQueue[Json] = queue.SimpleQueue()
        self._cancelled = threading.Event()
        self._watches: dict[str, threading.Event] = {}
        self._kept: dict[str, Any] = {}  # by top, what its builds leave to the next (`build.Kept`)

    def emit(self, event: str, **content: object) -> None:
        with self._lock:
            self._write(json.dumps({"event": event, **content}).encode() + b"\n")

    def take(self, command: Json) -> None:
        """Called by the reader: a cancel must not queue behind the build it cancels."""
        match command["do"]:
            case "build":
                self._cancelled.clear()
                self._builds.put(command)
            case "cancel":
                self._cancelled.set()
            case "watch":
                self._watch(command["top"], command["overrides"])
            case "forget":
                self._unwatch(command["top"])
            case _:
                pass

    def work(self) -> None:
        """Builds for ever."""
        while True:
            command = self._builds.get()
            if command["saved"] is not None or os.name == "nt":
                self._build(command)
            else:  # what has become nice remains so
                polite = threading.Thread(target=self._build_politely, args=[command], name="build")
                polite.start()
                polite.join()

    def _build_politely(self, command: Json) -> None:
        os.nice(_NICENESS)  # of this thread and what it starts; elsewhere than on Linux of all
        self._build(command)
        self._prepare(command)

    def _prepare(self, command: Json) -> None:
        """For the first save of a file that is open, which otherwise takes three times as long."""
        from flames_indexer.build import Kept, prepare
        from flames_indexer.config import load

        top, config = command["top"], load(Path(command["top"]), command["overrides"])[0]
        kept = self._kept.setdefault(top, Kept())
        prepare(Path(top), config, kept, command["first"], lambda: not self._builds.empty())

    def _build(self, command: Json) -> None:
        from flames_indexer import errors
        from flames_indexer.build import Focus, Kept, build
        from flames_indexer.config import load

        top = command["top"]
        config, _ = load(Path(top), command["overrides"])
        saved = command["saved"]
        focus = Focus(None if saved is None else frozenset(saved), frozenset(command["first"]))
        try:
            summary = build(
                Path(top),
                config,
                full=command["full"],
                progress=self._progress(top),
                cancelled=self._cancelled.is_set,
                focus=focus,
                stored=lambda _: self.emit("stored", top=top),
                kept=self._kept.setdefault(top, Kept()),
            )
        except errors.Cancelled:
            self.emit("end", top=top, outcome="cancelled")
        except errors.StoreBusy as error:
            self.emit("end", top=top, outcome="busy", reason=str(error))
        except errors.FlamesError as error:
            self.emit("end", top=top, outcome="failed", reason=str(error))
        else:
            told = {"summary": _plain(summary), "memory_mb": _memory_mb()}
            self.emit("end", top=top, outcome="built", **told)

    def _progress(self, top: str) -> Callable[[Any], None]:
        last_step, last_at = "", 0.0

        def tell(progress: Any) -> None:  # noqa: ANN401 (build.Progress, imported lazily)
            nonlocal last_step, last_at
            now = time.monotonic()
            if progress.step != last_step or now - last_at >= _PROGRESS_PAUSE_S:
                last_step, last_at = progress.step, now
                self.emit(
                    "progress",
                    top=top,
                    step=progress.step,
                    done=progress.done,
                    total=progress.total,
                )

        return tell

    def _watch(self, top: str, overrides: Mapping[str, object]) -> None:
        self._unwatch(top)
        stop = self._watches[top] = threading.Event()
        threading.Thread(
            target=self._watch_until, args=(top, overrides, stop), name="watch", daemon=True
        ).start()

    def _unwatch(self, top: str) -> None:
        if (stop := self._watches.pop(top, None)) is not None:
            stop.set()

    def _watch_until(
        self, top: str, overrides: Mapping[str, object], stop: threading.Event
    ) -> None:
        """Watches the folders that hold indexed files; a new folder means to look for them anew."""
        from flames_indexer import watch
        from flames_indexer.config import load
        from flames_indexer.files import find

        root = Path(top)
        paths = load(root, overrides)[0].paths
        try:
            while not stop.is_set():
                found = find(root, paths.exclude, paths.max_file_bytes)
                folders = watch.folders_of(root, [entry.path for entry in found.sources])
                for names in watch.watch(root, folders, stop):
                    moved = any((root / name).is_dir() for name in names)
                    mattering = sorted(filter(_matters, names))
                    if moved or mattering:
                        self.emit("changed", top=top, paths=None if moved else mattering)
                    if moved:
                        break
        except watch.WatchError as error:
            self.emit("watching", top=top, problem=str(error))


def _memory_mb() -> int:
    """What we occupy; 0 where that cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def _matters(name: str) -> bool:
    """Whether a change of this file may change the index: build outputs and logs do not."""
    from flames_indexer.files import is_manifest
    from flames_indexer.languages import language_of

    return language_of(name) is not None or is_manifest(name) or Path(name).name in _RULES


def _plain(summary: Any) -> Json:  # noqa: ANN401 (build.BuildSummary, imported lazily)
    return {
        str(k): v for k, v in asdict(summary).items() if isinstance(v, int | float | str | dict)
    }


def end_with_our_children() -> None:
    """The whole group: pool workers do not notice by themselves that we are gone."""
    if os.name != "nt" and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def main() -> None:
    """The process; never returns."""
    incoming, outgoing = take_stdio()

    def write(line: bytes) -> None:
        outgoing.write(line)
        outgoing.flush()

    child = Child(write)

    def crashed(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        sys.__excepthook__(kind, error, traceback)
        child.emit("crash", reason=kind.__name__)
        os._exit(1)

    def read() -> None:
        for line in incoming:
            child.take(json.loads(line))
        end_with_our_children()

    sys.excepthook = crashed
    threading.excepthook = lambda args: crashed(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )
    threading.Thread(target=read, name="reader", daemon=True).start()
    child.work()
