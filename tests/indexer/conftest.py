"""Makes `fixture` importable from the tests below this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
