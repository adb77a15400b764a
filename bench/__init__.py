"""Benchmarks of speed, memory and agreement, run by `python -m bench`."""
