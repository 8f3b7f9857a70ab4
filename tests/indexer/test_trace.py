"""The trace: what a record holds, how the file stays small, and what it does to the work: nothing."""

import asyncio
import json
import threading
import time
from pathlib import Path

import pytest
from flames_indexer.errors import Cancelled
from flames_indexer.trace import Trace, summary


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_record_has_name_time_outcome_and_counts(tmp_path: Path):
    trace = Trace(tmp_path / "new" / "trace.jsonl")
    with trace.record("hover", symbols=3) as record:
        record.count(callers=7)
    [entry] = lines(tmp_path / "new" / "trace.jsonl")
    assert entry.keys() == {"at", "name", "ms", "outcome", "symbols", "callers"}
    assert (entry["name"], entry["outcome"], entry["callers"]) == ("hover", "ok", 7)


def test_records_are_about_a_repository_without_naming_it(tmp_path: Path):
    path = tmp_path / "trace.jsonl"
    for root in ("one", "two", "two"):
        Trace(path, root=tmp_path / root).write("hover", 1, "ok", {})
    Trace(path).write("hover", 1, "ok", {})
    assert summary(path)["hover"].records == 4
    assert summary(path, tmp_path / "two")["hover"].records == 2
    assert summary(path, tmp_path / "three") == {}
    assert "two" not in path.read_text()
    assert summary(path)["hover"].counts == {}


def test_an_error_passes_and_only_its_class_is_kept(tmp_path: Path):
    trace = Trace(tmp_path / "trace.jsonl")
    with pytest.raises(ValueError, match="def secret"), trace.record("hover"):
        raise ValueError("def secret(): ...")
    assert "secret" not in (tmp_path / "trace.jsonl").read_text()
    assert lines(tmp_path / "trace.jsonl")[0]["outcome"] == "error ValueError"


@pytest.mark.parametrize("stop", [Cancelled, asyncio.CancelledError, KeyboardInterrupt])
def test_a_stop_is_no_error(tmp_path: Path, stop: type[BaseException]):
    trace = Trace(tmp_path / "trace.jsonl")
    with pytest.raises(stop), trace.record("build"):
        raise stop
    feature = summary(tmp_path / "trace.jsonl")["build"]
    assert (feature.cancelled, feature.errors) == (1, 0)


def test_an_outcome_can_be_named(tmp_path: Path):
    trace = Trace(tmp_path / "trace.jsonl")
    with trace.record("check") as record:
        record.outcome = "superseded"
    assert lines(tmp_path / "trace.jsonl")[0]["outcome"] == "superseded"


def test_the_file_is_only_for_its_owner(tmp_path: Path):
    Trace(tmp_path / "flames" / "trace.jsonl").write("a", 1, "ok", {})
    assert (tmp_path / "flames" / "trace.jsonl").stat().st_mode & 0o077 == 0
    assert (tmp_path / "flames").stat().st_mode & 0o077 == 0


def test_the_file_stays_under_its_limit_and_keeps_the_one_before(tmp_path: Path):
    path = tmp_path / "trace.jsonl"
    trace = Trace(path, max_bytes=1000)
    for number in range(100):
        trace.write("hover", number, "ok", {})
    assert path.stat().st_size <= 1000
    assert sorted(p.name for p in tmp_path.iterdir()) == ["trace.jsonl", "trace.jsonl.1"]
    assert lines(path)[-1]["ms"] == 99
    assert summary(path)["hover"].records == len(lines(path)) + len(
        lines(tmp_path / "trace.jsonl.1")
    )


def test_two_processes_share_one_file(tmp_path: Path):
    path = tmp_path / "trace.jsonl"
    one, two = Trace(path, max_bytes=4000), Trace(path, max_bytes=4000)
    for _ in range(1000):
        one.write("one", 1, "ok", {})
        two.write("two", 1, "ok", {})
    assert path.stat().st_size <= 4000 + 256 * 80  # a writer asks the size every 256 records
    assert {str(entry["name"]) for entry in lines(path)} <= {"one", "two"}


def test_threads_write_whole_lines(tmp_path: Path):
    path = tmp_path / "trace.jsonl"
    trace = Trace(path, max_bytes=10_000_000)

    def work():
        for _ in range(200):
            with trace.record("hover"):
                pass

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert summary(path)["hover"].records == 1600


def test_a_place_that_cannot_be_written_stops_the_trace_not_the_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "file").write_text("")
    trace = Trace(tmp_path / "file" / "trace.jsonl")
    done = 0
    for _ in range(3):
        with trace.record("hover"):
            done += 1
    assert done == 3
    assert len(caplog.records) == 1


def test_a_full_disk_stops_the_trace_not_the_work():
    if not Path("/dev/full").exists():
        return
    trace = Trace(Path("/dev/full"))
    with trace.record("hover"):
        pass
    assert trace.path is None


def test_a_link_in_its_place_is_refused(tmp_path: Path):
    target = tmp_path / "target"
    target.write_text("mine")
    (tmp_path / "trace.jsonl").symlink_to(target)
    Trace(tmp_path / "trace.jsonl").write("a", 1, "ok", {})
    assert target.read_text() == "mine"


def test_no_path_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with Trace(None).record("hover"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_summary_ranks_times_and_adds_counts(tmp_path: Path):
    path = tmp_path / "trace.jsonl"
    trace = Trace(path)
    for ms in range(100):
        trace.write("check.twin-edit", ms, "ok" if ms else "error KeyError", {"findings": 2})
    feature = summary(path)["check.twin-edit"]
    assert (feature.records, feature.errors) == (100, 1)
    assert (feature.p50_ms, feature.p95_ms) == (50, 95)
    assert feature.counts == {"findings": 200}


def test_summary_passes_over_what_is_no_record(tmp_path: Path):
    path = tmp_path / "trace.jsonl"
    path.write_text(
        '{"name": "a", "ms"\n[1]\n\xff\n{"name": 1}\n{"name":"b","ms":1,"outcome":"ok"}\n'
    )
    assert list(summary(path)) == ["b"]
    assert summary(tmp_path / "none") == {}


def test_a_record_is_cheap(tmp_path: Path):
    trace = Trace(tmp_path / "trace.jsonl", max_bytes=100_000_000)
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        for _ in range(1000):
            with trace.record("hover", symbols=1):
                pass
        best = min(best, (time.process_time() - started) / 1000)
    assert best < 60e-6  # about 10 us on the machine it was written on
