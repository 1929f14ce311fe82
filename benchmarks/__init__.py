"""Promises that are numbers, each beside its limit and its peers in the same run: `python -m benchmarks`."""
