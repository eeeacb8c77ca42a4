"""The soak: everything at once for minutes, and then a verdict. `python -m benchmarks.soak`."""
