"""What an upgrade that its maintainers released is said to break, which should be nearly nothing.

    python bench/releases.py OLD NEW [OLD NEW …] [--show]

OLD and NEW are unpacked sources of two releases. The old one is committed, the new one is the
working tree; counted are the findings of `broken-callers`. To be read one by one: a true one is a
defect that was released.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from committed import Committed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    if len(asked.folders) % 2:
        parser.error("an old and a new release each")
    for old, new in zip(asked.folders[::2], asked.folders[1::2], strict=True):
        with tempfile.TemporaryDirectory() as folder:
            tree = Committed(old, Path(folder))
            tree.become(new)
            found = tree.findings("broken-callers")
        print(f"{old.name} -> {new.name}: {len(found)} findings")
        for finding in found if asked.show else ():
            print(f"  {finding['path']}:{finding['line']}: {finding['message']}")
            for place in finding["related"]:
                print(f"    {place['path']}:{place['line']}: {place['message']}")


if __name__ == "__main__":
    main()
