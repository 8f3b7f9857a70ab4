"""The parts of `bench/mutations.py`."""
