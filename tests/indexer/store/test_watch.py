import threading

from flames_indexer.watch import folders_of, watch


def test_folders_hold_files_or_lead_to_them(tmp_path):
    found = folders_of(tmp_path, ["a.py", "pkg/sub/b.py", "pkg/sub/c.py", "lib/d.py"])
    assert found == [tmp_path, tmp_path / "lib", tmp_path / "pkg", tmp_path / "pkg/sub"]


def test_a_change_is_told_by_its_index_path(tmp_path):
    (tmp_path / "pkg").mkdir()
    stop = threading.Event()
    heard: list[set[str]] = []

    def listen():
        for names in watch(tmp_path, [tmp_path, tmp_path / "pkg", tmp_path / "gone"], stop):
            heard.append(names)
            if any("pkg/a.py" in names for names in heard):
                stop.set()

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        for attempt in range(200):
            (tmp_path / "pkg/a.py").write_text(str(attempt))
            if stop.wait(0.05):
                break
    finally:
        stop.set()
        thread.join(10)
    assert any("pkg/a.py" in names for names in heard)
