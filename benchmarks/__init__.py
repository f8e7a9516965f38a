"""Measurements of what the product promises: ``make bench`` writes ``benchmarks/RESULTS.md``."""
