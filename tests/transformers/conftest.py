"""What trains the model is a program beside the package, `training/model`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "training"))
