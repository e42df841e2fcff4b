"""Benchmarks: `make bench`, or `python -m benchmarks NAME…`; peers run in the same run, the table prints ratios."""
